# SPDX-License-Identifier: Apache-2.0
"""The include walls hold: a tree with one violation fails, the same tree without it passes (build/README.md)."""
import os
import shutil
import subprocess
import sys

import pytest

SOURCE = os.environ['CERIUM_SOURCE']
DEPS = os.environ['CERIUM_DEPS']
WALLS = os.path.join(SOURCE, 'build', 'cmake', 'walls.py')

# A small, well-behaved tree: every kind of include that is allowed.
CLEAN = {
    'platform/include/platform/p.h': '#include <stdint.h>\n',
    'platform/linux/file.c': '#include "platform/p.h"\n#include <unistd.h>\n#include <sys/socket.h>\n',
    'registry/include/registry/r.h': '#include "platform/p.h"\n',
    'registry/include/win32/winreg.h': '#include <windows.h>\n',
    'registry/sqlite/file.c': '#include <sqlite3.h>\n#include "registry/r.h"\n#include "sqlite/inner.h"\n',
    'registry/sqlite/inner.h': '/* #include "httpd/h.h" in a comment is none */\n',
    'certstore/crypto/file.c': '#include "bearssl.h"\n#include <registry/r.h>\n',
    'httpd/include/httpd/h.h': '#include "registry/r.h"\n#include "platform/p.h"\n',
    'httpd/isapi/file.c': '#include <httpext.h>\n#include "httpd/h.h"\n',
    'httpd/include/win32/httpext.h': '#include <windows.h>\n',
    'platform/include/win32/windows.h': '#include <stdint.h>\n',
    'tools/main.c': '#include "httpd/h.h"\nconst char *text = "#include <unistd.h>";\n',
    'tests/unit/registry/file.c': '#include <setjmp.h>\n#include <cmocka.h>\n#include "httpd/h.h"\n#include <sqlite3.h>\n',
}

VIOLATIONS = {
    'an undeclared neighbour': ('registry/sqlite/file.c', '#include "httpd/h.h"', 'registry', 'httpd/h.h'),
    'upwards from the lowest room': ('platform/linux/file.c', '#include <registry/r.h>', 'platform', 'registry/r.h'),
    'a path out of the room': ('certstore/crypto/file.c', '#include "../registry/sqlite/inner.h"', 'certstore',
                               '../registry/sqlite/inner.h'),
    'an absolute path': ('tools/main.c', '#include "/usr/include/unistd.h"', 'tools', '/usr/include/unistd.h'),
    'a system header in a room': ('registry/sqlite/file.c', '#include <unistd.h>', 'registry', 'unistd.h'),
    'a system header in platform, outside its port': ('platform/common/file.c', '#include <sys/stat.h>', 'platform', 'sys/stat.h'),
    'a system header in a public header': ('httpd/include/httpd/h.h', '# include <pthread.h>', 'httpd', 'pthread.h'),
    'sqlite3.h outside its folder': ('registry/core/file.c', '#include <sqlite3.h>', 'registry', 'sqlite3.h'),
    'bearssl.h outside its folders': ('httpd/http/file.c', '#include "bearssl.h"', 'httpd', 'bearssl.h'),
    'a Win32 face in internal code': ('httpd/http/file.c', '#include <httpext.h>', 'httpd', 'httpext.h'),
    'cmocka outside the tests': ('tools/main.c', '#include <cmocka.h>', 'tools', 'cmocka.h'),
    'an include without a name': ('tools/main.c', '#include HEADER', 'tools', 'HEADER'),
    'after a comment on the line': ('tools/main.c', '/* */ #include <unistd.h>', 'tools', 'unistd.h'),
}


def plant(tree, files):
    for name, text in files.items():
        path = os.path.join(tree, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'a', encoding='utf-8') as handle:
            handle.write(text)
    table = os.path.join(tree, 'build', 'cmake')
    os.makedirs(table, exist_ok=True)
    shutil.copy(os.path.join(SOURCE, 'build', 'cmake', 'walls.txt'), table)


def check(tree):
    run = subprocess.run([sys.executable, WALLS, tree], capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


def test_clean_tree_passes(tmp_path):
    plant(tmp_path, CLEAN)
    code, text = check(tmp_path)
    assert code == 0, text


@pytest.mark.parametrize('kind', VIOLATIONS)
def test_violation_fails(tmp_path, kind):
    path, line, room, header = VIOLATIONS[kind]
    plant(tmp_path, CLEAN)
    plant(tmp_path, {path: line + '\n'})
    number = (tmp_path / path).read_text().count('\n')
    code, text = check(tmp_path)
    assert code == 1
    assert f'{path}:{number}: room {room} may not include <{header}>' in text
    assert text.startswith('1 include(s)') or '\n1 include(s) cross a wall' in text


def test_the_tree_itself_passes():
    code, text = check(SOURCE)
    assert code == 0, text


@pytest.fixture
def project(tmp_path):
    """A tree with our real build in it and one source file a room."""
    plant(tmp_path, {
        'platform/include/platform/p.h': 'int plat_p(void);\n',
        'platform/common/p.c': '#include "platform/p.h"\nint plat_p(void)\n{\n    return 1;\n}\n',
        'platform/CMakeLists.txt': 'cerium_room(platform SOURCES common/p.c)\n',
        'registry/include/registry/r.h': 'int reg_r(void);\n',
        'registry/core/r.c': '#include "registry/r.h"\n#include "platform/p.h"\nint reg_r(void)\n{\n    return plat_p();\n}\n',
        'registry/CMakeLists.txt': 'cerium_room(registry SOURCES core/r.c)\n',
        'httpd/include/httpd/h.h': 'int httpd_h(void);\n',
        **{f'{room}/CMakeLists.txt': '' for room in ('certstore', 'httpd', 'tools', 'tests')},
    })
    shutil.copy(os.path.join(SOURCE, 'CMakeLists.txt'), tmp_path)
    shutil.copytree(os.path.join(SOURCE, 'build'), tmp_path / 'build', dirs_exist_ok=True)
    return tmp_path


def build(tree, goal=None):
    """Build with CMake and Ninja, as a person would; the exit code and all that was printed."""
    if not (tree / 'out' / 'build.ninja').exists():
        subprocess.run(['cmake', '-G', 'Ninja', '-S', tree, '-B', tree / 'out', '-DCERIUM_COMPILE_ONLY=ON', f'-DCERIUM_DEPS={DEPS}'],
                       check=True, capture_output=True)
    run = subprocess.run(['cmake', '--build', tree / 'out', *(['--target', goal] if goal else [])], capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


def test_build_fails_on_an_undeclared_include(project):
    code, text = build(project)
    assert code == 0, text
    plant(project, {'registry/core/r.c': '#include "httpd/h.h"\n'})
    code, text = build(project)
    assert code != 0
    code, text = build(project, 'include-walls')
    assert code != 0
    assert 'registry/core/r.c:7: room registry may not include <httpd/h.h>' in text
    code, text = build(project, 'cerium_registry')
    assert code != 0, 'the room upstairs must not be on the include path either'
    assert 'httpd/h.h: No such file' in text


def test_build_fails_on_a_path_out_of_the_room(project):
    plant(project, {'registry/core/r.c': '#include "../../httpd/include/httpd/h.h"\n'})
    code, text = build(project, 'cerium_registry')
    assert code == 0, 'the compiler alone would let this pass: ' + text
    code, text = build(project)
    assert code != 0
    assert 'registry/core/r.c:7: room registry may not include <../../httpd/include/httpd/h.h>' in text
