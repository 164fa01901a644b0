# SPDX-License-Identifier: Apache-2.0
"""No branch and no address depends on a secret number in the code for P-256 and X25519: valgrind follows one through it (certstore/crypto/p256.h)."""
import os
import shutil
import subprocess

import pytest

PROGRAM = os.path.join(os.getcwd(), 'tests', 'constant_time')  # run in the build folder
LEAK = 99

# What a signature tells anyhow, or what its callers see: that the key is in range, that a nonce was taken, the signature itself.
ALLOWED = ''.join(f'''{{
   {function}
   Memcheck:Cond
   fun:{function}
   ...
}}
''' for function in ('cert_wide_ecdsa_sign', 'next_nonce', 'sign_with')) + '''{
   the length of the encoded signature
   Memcheck:Cond
   ...
   fun:br_ecdsa_raw_to_asn1
   ...
}
{
   the same, used as an address
   Memcheck:Value8
   ...
   fun:br_ecdsa_raw_to_asn1
   ...
}
{
   the same, copied
   Memcheck:Cond
   fun:mem*
   fun:cert_wide_ecdsa_sign
   ...
}
'''


def watch(what, tmp_path):
    valgrind = shutil.which('valgrind')
    if not valgrind:
        pytest.skip('valgrind is not installed')
    if not os.path.exists(PROGRAM):
        pytest.skip('no 64-bit code in this build')
    allowed = tmp_path / 'allowed.supp'
    allowed.write_text(ALLOWED)
    result = subprocess.run([valgrind, '--quiet', f'--error-exitcode={LEAK}', f'--suppressions={allowed}', PROGRAM, what],
                            capture_output=True, text=True, timeout=120, check=False)
    if result.returncode == 77:
        pytest.skip("built without valgrind's header")
    return result


@pytest.mark.parametrize('what', ['ecdh', 'x25519', 'sum', 'inverse', 'sign'])
def test_secret_stays_secret(what, tmp_path):
    result = watch(what, tmp_path)
    assert result.returncode == 0, result.stderr[-4000:]


def test_a_leak_would_be_seen(tmp_path):
    result = watch('control', tmp_path)
    assert result.returncode == LEAK
    assert 'depends on uninitialised value' in result.stderr
