# SPDX-License-Identifier: Apache-2.0
"""The registry when things go wrong: killed writers, full disks, files that may not be written, damaged and foreign ones."""
import os
import pathlib
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

import pytest

import device as devices

EMULATED = bool(os.environ.get('CERIUM_EMULATOR'))
KILLS = 12 if EMULATED else 120
KILL_SECONDS = 15 if EMULATED else 8
VALUES = 40


def text_of(turn):
    return 'REGEDIT4\n' + ''.join(f'[HKEY_LOCAL_MACHINE\\Import\\{i}]\n"turn"=dword:{turn:x}\n' for i in range(VALUES))


def content(cerium):
    """All values of HKLM, by key and name; from an export to standard output."""
    done = cerium('reg', 'query', 'HKLM', '/s', check=True)
    values, key = {}, None
    for line in done.stdout.splitlines():
        if line.startswith('HKEY'):
            key = line.split('\\', 1)[1] if '\\' in line else ''
        elif line.startswith('    '):
            name, _, data = line[4:].split('    ', 2)
            values[key, name] = data
    return values


def sound(cerium):
    done = cerium('reg', 'check')
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_killed_commands(cerium):
    """`reg add` and `reg import`, killed at any moment: what had ended is there, nothing is there by half."""
    chance = random.Random(4711)
    cerium('reg', 'add', r'HKLM\Added', check=True)
    cerium.reg_import(text_of(0))
    started = time.monotonic()
    cerium('reg', 'add', r'HKLM\Added', '/v', 'first', '/t', 'REG_DWORD', '/d', '0', '/f', check=True)
    whole = time.monotonic() - started
    acknowledged = {'first': '0x0'}
    turn = kills = done_anyway = 0
    end = time.monotonic() + KILL_SECONDS
    while kills < KILLS and time.monotonic() < end:
        number = kills + 1
        path = cerium.folder / 'turn.reg'
        if kills % 2:
            path.write_text(text_of(number))
            command = cerium.command('reg', 'import', path)
        else:
            command = cerium.command('reg', 'add', r'HKLM\Added', '/v', f'v{number}', '/t', 'REG_DWORD', '/d', number, '/f')
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(chance.uniform(0, 1.3 * whole))
        process.send_signal(signal.SIGKILL)
        words = process.communicate()[1]
        assert process.returncode in (0, -signal.SIGKILL), words
        kills += 1
        ended = process.returncode == 0
        done_anyway += ended
        values = content(cerium)
        turns = {int(values[f'Import\\{i}', 'turn'], 16) for i in range(VALUES)}
        assert len(turns) == 1, f'half an import: turns {turns}'
        if kills % 2 == 0:
            assert turns == {number} if ended else turns <= {turn, number}
            turn = turns.pop()
        else:
            assert turns == {turn}
            if ended:
                acknowledged[f'v{number}'] = hex(number)
        for name, data in acknowledged.items():
            assert values.get(('Added', name)) == data
        for (key, name), data in values.items():
            if key == 'Added' and name != 'first':
                assert data == hex(int(name[1:]))
        if kills % 4 == 0:
            sound(cerium)
    sound(cerium)
    print(f'{kills} kills, {done_anyway} commands had ended, 0 lost, 0 half done')
    assert kills > 3


def test_many_writers(cerium):
    """Commands side by side: each does what it says, none is lost."""
    count = 6 if EMULATED else 24
    running = [subprocess.Popen(cerium.command('reg', 'add', r'HKLM\Many', '/v', f'v{i}', '/t', 'REG_DWORD', '/d', i, '/f'),
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for i in range(count)]
    for process in running:
        words = process.communicate(timeout=120)[1]
        assert process.returncode == 0, words
    assert content(cerium) == {('Many', f'v{i}'): hex(i) for i in range(count)}
    sound(cerium)


# ---- disks ----

@pytest.fixture
def small_disk(tmp_path):
    """A file system of 2 MiB of its own: (folder, remount(options))."""
    folder = tmp_path / 'disk'
    folder.mkdir()
    if os.geteuid() != 0 or subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=2m', 'cerium-test', folder], capture_output=True,
                                           check=False).returncode:
        pytest.skip('file systems cannot be mounted here')
    try:
        yield folder, lambda how: subprocess.run(['mount', '-o', f'remount,{how}', folder], check=True)
    finally:
        subprocess.run(['umount', '-l', folder], check=True)


def on(cerium, folder):
    """The same program with its registry in another folder."""
    cerium.registry = pathlib.Path(folder) / 'registry.db'
    return cerium


def fill_disk(folder):
    with open(folder / 'fill', 'wb', buffering=0) as out:
        for size in (65536, 4096, 512, 1):
            try:
                while True:
                    out.write(bytes(size))
            except OSError:
                pass


def test_full_disk(cerium, small_disk):
    folder, _ = small_disk
    device = on(cerium, folder)
    device.reg_import(text_of(7))
    before = content(device)
    fill_disk(folder)
    for command in (['add', r'HKLM\New', '/v', 'x', '/d', 'y' * 9000, '/f'], ['import', device.folder / 'settings.reg'],
                    ['delete', r'HKLM\Import', '/f']):
        done = device('reg', *command)
        assert done.returncode == 1, command
        assert 'full' in done.stderr or 'no room' in done.stderr, done.stderr
    assert content(device) == before  # reading goes on
    assert sound(device)
    done = device('reg', 'export', 'HKLM', folder / 'out.reg', '/y')
    assert done.returncode == 1 and 'cannot be written' in done.stderr and not (folder / 'out.reg').exists()
    (folder / 'fill').unlink()
    device('reg', 'add', r'HKLM\New', '/v', 'x', '/d', 'y', check=True)
    assert content(device) == {**before, ('New', 'x'): 'y'}
    sound(device)


def test_full_disk_under_a_server(cerium, small_disk):
    """The server has the registry open: it goes on serving, and takes changes again once there is room."""
    folder, _ = small_disk
    device = on(cerium, folder)
    device.reg_import('[HKEY_LOCAL_MACHINE\\COMM\\HTTPD]\n"Address"="127.0.0.1"\n"Port"=dword:0\n')
    with device.start() as server:
        fill_disk(folder)
        done = device('reg', 'add', r'HKLM\New', '/v', 'x', '/d', 'y' * 60000, '/f')
        assert done.returncode == 1 and ('full' in done.stderr or 'no room' in done.stderr)
        assert 'Address' in device('reg', 'query', r'HKLM\COMM\HTTPD', check=True).stdout
        assert subprocess.run(['curl', '-s', '-o', os.devnull, '-m', '30', server.url('/', 'http')], check=False).returncode == 0
        (folder / 'fill').unlink()
        device('reg', 'add', r'HKLM\New', '/v', 'x', '/d', 'y', '/f', check=True)
    sound(device)


def test_file_size_limit(cerium):
    """Where no file system may be mounted: a file that may not grow."""
    cerium.reg_import(text_of(1))
    before = content(cerium)
    size = cerium.registry.stat().st_size

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40000, size + 40000))

    done = subprocess.run(cerium.command('reg', 'import', '-'), input=text_of(2).replace('dword:2', '"' + 'x' * 2000 + '"'), text=True,
                          capture_output=True, preexec_fn=limit, timeout=120, check=False)
    assert done.returncode == 1 and str(cerium.registry) in done.stderr and 'is the disk full' in done.stderr, done.stderr
    assert content(cerium) == before
    sound(cerium)


def test_a_reader_without_rights(cerium):
    """Who may read the file and not write to its folder can while somebody has it open who may; else is told what to do."""
    if os.geteuid() != 0:
        pytest.skip('only root can become somebody else')
    if shutil.which('setpriv') is None:
        pytest.skip('there is no setpriv')
    folder = pathlib.Path(tempfile.mkdtemp())
    try:
        shutil.copy(cerium.program, folder / 'cerium')
        registry = folder / 'registry.db'
        command = [*cerium.emulator, folder / 'cerium', '--registry', registry, 'reg']
        stranger = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', *command]

        def run(*words):
            return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)

        folder.chmod(0o755)
        assert run(*command, 'add', r'HKLM\X', '/v', 'first', '/f').returncode == 0
        done = run(*stranger, 'query', r'HKLM\X')
        assert done.returncode == 1 and 'a user who may read it' in done.stderr
        registry.chmod(0o644)
        done = run(*stranger, 'query', r'HKLM\X')
        assert done.returncode == 1 and 'while a process' in done.stderr
        done = run(*stranger, 'check')
        assert done.returncode == 1 and 'run as its owner' in done.stdout + done.stderr
        assert sorted(p.name for p in folder.iterdir()) == ['cerium', 'registry.db', 'registry.db.bell']
        with subprocess.Popen([*command, 'watch', 'HKLM'], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as watch:
            try:
                assert 'Watching' in watch.stderr.readline()
                assert run(*command, 'add', r'HKLM\X', '/v', 'second', '/f').returncode == 0
                done = run(*stranger, 'query', r'HKLM\X')
                assert done.returncode == 0 and 'first' in done.stdout and 'second' in done.stdout
                done = run(*stranger, 'add', r'HKLM\X', '/v', 'third', '/f')
                assert done.returncode == 1 and 'third' not in run(*command, 'query', r'HKLM\X').stdout
            finally:
                watch.terminate()
    finally:
        shutil.rmtree(folder)


def test_the_bell_of_a_registry_of_another_user(cerium):
    """Made by root, it is its owner's all the same; who may not ring it may not write, since nobody would hear of it."""
    if os.geteuid() != 0 or shutil.which('setpriv') is None:
        pytest.skip('only root can become somebody else')
    folder = pathlib.Path(tempfile.mkdtemp())
    try:
        shutil.copy(cerium.program, folder / 'cerium')
        registry, bell = folder / 'registry.db', folder / 'registry.db.bell'
        command = [*cerium.emulator, folder / 'cerium', '--registry', registry, 'reg']
        owner = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', *command]

        def add(who, value):
            return subprocess.run([*who, 'add', r'HKLM\X', '/v', value, '/f'], capture_output=True, text=True, timeout=60, check=False)

        os.chown(folder, 65534, 65534)
        assert add(owner, 'first').returncode == 0
        bell.unlink()
        assert add(command, 'second').returncode == 0
        assert (bell.stat().st_uid, bell.stat().st_mode & 0o777) == (65534, 0o600)
        assert add(owner, 'third').returncode == 0
        os.chown(bell, 0, 0)
        done = add(owner, 'fourth')
        assert done.returncode == 1 and str(bell) in done.stderr and "owner and mode" in done.stderr, done.stderr
        bell.chmod(0o644)
        assert add(owner, 'fourth').returncode == 1
        assert subprocess.run([*owner, 'query', r'HKLM\X'], capture_output=True, timeout=60, check=False).returncode == 0
    finally:
        shutil.rmtree(folder)


def test_read_only_medium(cerium, small_disk):
    """Nothing can be written beside the file: it is read all the same."""
    folder, remount = small_disk
    device = on(cerium, folder)
    device.reg_import(text_of(3))
    before = content(device)
    assert sorted(p.name for p in folder.iterdir()) == ['registry.db', 'registry.db.bell']
    remount('ro')
    assert content(device) == before
    for command in (['add', r'HKLM\x', '/f'], ['delete', r'HKLM\Import', '/f'], ['import', device.folder / 'settings.reg']):
        done = device('reg', *command)
        assert done.returncode == 1 and str(device.registry) in done.stderr and 'may only be read' in done.stderr, done.stderr
    assert sound(device)
    remount('rw')
    device('reg', 'add', r'HKLM\x', '/f', check=True)
    sound(device)


# ---- files ----

def damage(kind, data):
    if kind == 'header':
        return b'\0' * 100 + data[100:]
    if kind == 'page one':
        return data[:100] + b'\x55' * 3996 + data[4096:]
    if kind == 'pages':
        return data[:4096] + b'\xaa' * (len(data) - 4096)
    if kind == 'truncated':
        return data[:5000]
    if kind == 'zeroed':
        return bytes(len(data))
    return b'no registry at all, but a letter to my aunt. ' * 100


@pytest.mark.parametrize('kind', ['header', 'page one', 'pages', 'truncated', 'zeroed', 'foreign'])
def test_damaged(cerium, kind):
    """A clear refusal by every verb, and the file as it was."""
    cerium.reg_import(text_of(4))
    data = damage(kind, cerium.registry.read_bytes())
    cerium.registry.write_bytes(data)
    for command in (['query', 'HKLM', '/s'], ['add', r'HKLM\x', '/f'], ['import', cerium.folder / 'settings.reg'], ['export', 'HKLM', '-'],
                    ['delete', r'HKLM\Import', '/f'], ['check']):
        done = cerium('reg', *command)
        assert done.returncode == 1, command
        assert str(cerium.registry) in done.stderr, done.stderr
        assert 'is damaged' in done.stderr or 'not a registry' in done.stderr, done.stderr
        assert cerium.registry.read_bytes() == data
    saved = cerium.folder / 'saved.db'
    done = cerium('reg', 'check', cerium.registry, '--recover', saved)
    assert done.returncode == 0, done.stderr
    assert saved.stat().st_mode & 0o777 == 0o600
    cerium.registry = saved
    sound(cerium)
    if kind in ('header', 'page one'):
        assert content(cerium) == {(f'Import\\{i}', 'turn'): '0x4' for i in range(VALUES)}


def test_newer(cerium):
    cerium.reg_import(text_of(4))
    with sqlite3.connect(cerium.registry) as db:
        db.execute('PRAGMA user_version=99')
    db.close()
    data = cerium.registry.read_bytes()
    for command in (['query', 'HKLM'], ['add', r'HKLM\x', '/f'], ['check']):
        done = cerium('reg', *command)
        assert done.returncode == 1 and 'newer Cerium (format 99' in done.stderr and 'use that version' in done.stderr
    assert cerium.registry.read_bytes() == data


def test_folder_in_its_place(cerium):
    cerium.registry.mkdir()
    for command in (['query', 'HKLM'], ['add', r'HKLM\x', '/f'], ['check'], ['check', cerium.registry, '--recover', cerium.folder / 'new']):
        done = cerium('reg', *command)
        assert done.returncode == 1 and 'a folder' in done.stderr and str(cerium.registry) in done.stderr, done.stderr
    assert not (cerium.folder / 'new').exists()


def test_check_tells(cerium):
    cerium.reg_import(text_of(4))
    with sqlite3.connect(cerium.registry) as db:
        db.execute("DELETE FROM key WHERE fold='7'")
    db.close()
    done = cerium('reg', 'check')
    assert done.returncode == 1
    assert 'fault: 1 value(s) belong to key' in done.stdout and '--recover NEWFILE' in done.stderr
    assert done.stdout.endswith(f'{VALUES + 4} keys, {VALUES} values, 1 fault, 0 warnings.\n')
    saved = cerium.folder / 'saved.db'
    done = cerium('reg', 'check', cerium.registry, '--recover', saved)
    assert done.returncode == 0 and r'now in HKEY_LOCAL_MACHINE\Recovered' in done.stdout
    assert cerium('reg', 'check', cerium.registry, '--recover', saved).returncode == 1  # never over something
    cerium.registry = saved
    sound(cerium)


@pytest.mark.parametrize('arguments', [['--recover'], ['a', 'b'], ['--what'], ['a', '--recover', 'b', '--recover', 'c'], ['']], ids=' '.join)
def test_check_usage(cerium, arguments):
    done = cerium('reg', 'check', *arguments)
    assert done.returncode == 1 and 'Invalid syntax' in done.stderr


# ---- modes ----

@pytest.mark.parametrize('umask', [0, 0o022, 0o077])
def test_modes(cerium, umask):
    """Whatever the umask: nobody but the owner can read what Cerium writes."""
    def run(*args):
        done = subprocess.run(cerium.command(*args), capture_output=True, text=True, timeout=120, check=False, umask=umask,
                              stdin=subprocess.DEVNULL)
        assert done.returncode == 0, done.stderr
    source = cerium.folder / 'source.reg'
    source.write_text(text_of(5))
    run('reg', 'import', source)
    folder = cerium.folder / 'out'
    folder.mkdir()
    run('reg', 'export', 'HKLM', folder / 'out.reg')
    run('reg', 'save', r'HKLM\Import', folder / 'hive')
    run('reg', 'check', cerium.registry, '--recover', folder / 'saved.db')
    reader = subprocess.Popen(cerium.command('reg', 'watch', 'HKLM'), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              stdin=subprocess.DEVNULL, umask=umask)
    try:
        wal = cerium.registry.with_name('registry.db-wal')
        assert devices.wait_until(wal.exists)
        run('reg', 'add', r'HKLM\x', '/f')
        files = [*folder.iterdir(), *cerium.folder.glob('registry.db*')]
        assert {'out.reg', 'hive', 'saved.db', 'registry.db', 'registry.db-wal', 'registry.db-shm', 'registry.db.bell'} <= {p.name for p in files}
        for path in files:
            assert path.stat().st_mode & 0o777 in (0o600, 0o640), path
    finally:
        reader.kill()
        reader.wait()
    shutil.rmtree(folder)
