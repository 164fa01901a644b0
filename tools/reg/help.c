/* SPDX-License-Identifier: Apache-2.0 */
/* What `cerium reg VERB /?` says. */
#include "reg/regtool.h"

/* Lines as they are shown. */
/* clang-format off */

const char regtool_help_query[] =
    "cerium reg QUERY KEY [/v [NAME] | /ve] [/s] [/f TEXT [/k | /d] [/c] [/e]] [/t TYPE] [/se SEPARATOR] [/z] [/json]\n"
    "\n"
    "  /v NAME  this value; with /f and no NAME: look at names of values only\n"
    "  /ve      the default value\n"
    "  /s       all keys below as well, without protected ones (password hashes): name such a key to see it\n"
    "  /f TEXT  what holds TEXT (* and ? stand for any text and any character)\n"
    "  /k, /d   look at names of keys only, at data only\n"
    "  /c, /e   TEXT in the same case; TEXT is the whole\n"
    "  /t TYPE  values of this type only: REG_SZ, REG_DWORD, REG_BINARY, REG_MULTI_SZ, ...\n"
    "  /se C    stands between the strings of a REG_MULTI_SZ (otherwise \\0)\n"
    "  /z       the types' numbers too\n"
    "  /json    {\"keys\": [{\"key\": PATH, \"values\": [{\"name\", \"type\", \"data\"}]}], \"matches\": N, \"leftOut\": N}: data are text,\n"
    "           a list of texts, a number, or hexadecimal digits; \"raw\" stands by texts that do not tell every byte. A key\n"
    "           without \"values\" was only named, not looked into. \"matches\" is there when something is searched for\n"
    "  /reg:32, /reg:64 are accepted; there is one registry\n"
    "\n"
    "Examples:\n"
    "  cerium reg query 'HKLM\\COMM\\HTTPD' /s\n"
    "  cerium reg query 'HKLM\\COMM\\HTTPD\\SSL' /v CertificateSubject\n"
    "  cerium reg query HKLM /s /f accounting /d\n"
    "  cerium reg query 'HKLM\\COMM\\HTTPD' /v Port --json | jq '.keys[0].values[0].data'\n"
    "\n"
    "Exit code: 0 done, 1 failed or nothing found.\n";

const char regtool_help_add[] =
    "cerium reg ADD KEY [/v NAME | /ve] [/t TYPE] [/s SEPARATOR] [/d DATA] [/f]\n"
    "\n"
    "  /v NAME  sets this value; /ve the default value; neither, nor /t or /d: only the key is made\n"
    "  /t TYPE  REG_SZ (when left out), REG_MULTI_SZ, REG_EXPAND_SZ, REG_DWORD, REG_QWORD, REG_DWORD_LITTLE_ENDIAN,\n"
    "           REG_DWORD_BIG_ENDIAN, REG_BINARY, REG_NONE, REG_LINK, REG_FULL_RESOURCE_DESCRIPTOR\n"
    "  /s C     stands between the strings of a REG_MULTI_SZ in DATA (otherwise \\0)\n"
    "  /d DATA  numbers in decimal, or hexadecimal with 0x; binary data as hexadecimal digits\n"
    "  /f       overwrites without asking\n"
    "  /reg:32, /reg:64 are accepted; there is one registry\n"
    "\n"
    "Examples:\n"
    "  cerium reg add 'HKLM\\COMM\\HTTPD\\VROOTS\\/docs' /ve /d '\\windows\\www\\docs'\n"
    "  cerium reg add 'HKLM\\COMM\\HTTPD\\VROOTS\\/docs' /v P /t REG_DWORD /d 0x201 /f\n"
    "  cerium reg add 'HKLM\\COMM\\HTTPD\\SSL\\Users\\Alice' /v SerialNumber /t REG_BINARY /d 01020304\n"
    "\n"
    "Exit code: 0 done, 1 failed or answered with No. What Windows CE could not hold is set, with a warning.\n";

const char regtool_help_delete[] =
    "cerium reg DELETE KEY [/v NAME | /ve | /va] [/f]\n"
    "\n"
    "  /v NAME  deletes this value; /ve the default value; /va all values; none of them: the key and all below it\n"
    "  /f       without asking\n"
    "  /reg:32, /reg:64 are accepted; there is one registry\n"
    "\n"
    "Examples:\n"
    "  cerium reg delete 'HKLM\\COMM\\HTTPD\\VROOTS\\/docs' /f\n"
    "  cerium reg delete 'HKLM\\COMM\\HTTPD' /v AdminUsers\n"
    "\n"
    "Exit code: 0 done, 1 failed or answered with No. `cerium reg undo` brings it back.\n";

const char regtool_help_copy[] =
    "cerium reg COPY KEY1 KEY2 [/s] [/f]\n"
    "\n"
    "Copies the values of KEY1 into KEY2, which is made when it is not there. What KEY2 has besides stays.\n"
    "\n"
    "  /s  all keys below as well, protected ones too (they stay protected)\n"
    "  /f  overwrites without asking; otherwise each value that is there already is asked about: Yes, No (it stays) or All\n"
    "  /reg:32, /reg:64 are accepted; there is one registry\n"
    "\n"
    "Examples:\n"
    "  cerium reg copy 'HKLM\\COMM\\HTTPD' 'HKLM\\Backup\\HTTPD' /s\n"
    "  cerium reg copy 'HKLM\\COMM\\HTTPD\\VROOTS\\/docs' 'HKLM\\COMM\\HTTPD\\VROOTS\\/manual' /s /f\n"
    "\n"
    "Exit code: 0 done, 1 failed or the questions were not answered.\n";

const char regtool_help_save[] =
    "cerium reg SAVE KEY FILE [/y]\n"
    "\n"
    "Writes KEY and all below it, protected keys too, to a hive: one file, mode 0600, exact in every byte and type. RESTORE and LOAD read it.\n"
    "\n"
    "  /y  overwrites FILE without asking\n"
    "  /reg:32, /reg:64 are accepted; there is one registry\n"
    "\n"
    "Example:\n"
    "  cerium reg save 'HKLM\\COMM\\HTTPD' httpd.hive\n"
    "\n"
    "Exit code: 0 done, 1 failed or answered with No.\n";

const char regtool_help_restore[] =
    "cerium reg RESTORE KEY FILE\n"
    "\n"
    "KEY becomes what the hive FILE holds, all or nothing: what FILE does not hold is deleted. KEY must be there.\n"
    "\n"
    "  /reg:32, /reg:64 are accepted; there is one registry\n"
    "\n"
    "Example:\n"
    "  cerium reg restore 'HKLM\\COMM\\HTTPD' httpd.hive\n"
    "\n"
    "Exit code: 0 done, 1 failed. `cerium reg undo` takes it back.\n";

const char regtool_help_load[] =
    "cerium reg LOAD KEY FILE\n"
    "\n"
    "Shows the hive FILE as KEY, which is HKLM\\NAME or HKU\\NAME and must not be there yet, for all programs, until UNLOAD.\n"
    "\n"
    "  /reg:32, /reg:64 are accepted; there is one registry\n"
    "\n"
    "Example:\n"
    "  cerium reg load 'HKLM\\Offline' httpd.hive\n"
    "\n"
    "Exit code: 0 done, 1 failed.\n";

const char regtool_help_unload[] =
    "cerium reg UNLOAD KEY\n"
    "\n"
    "Writes a hive that LOAD showed as KEY back to its file, with all changes, and takes the key away.\n"
    "\n"
    "  /reg:32, /reg:64 are accepted; there is one registry\n"
    "\n"
    "Example:\n"
    "  cerium reg unload 'HKLM\\Offline'\n"
    "\n"
    "Exit code: 0 done, 1 failed.\n";

const char regtool_help_compare[] =
    "cerium reg COMPARE KEY1 KEY2 [/v NAME | /ve] [/oa | /od | /os | /on] [/s] [/json]\n"
    "\n"
    "  /v NAME  this value only; /ve the default value only\n"
    "  /oa      shows all: what differs and what is the same\n"
    "  /od      shows what differs (so it is without any of these four)\n"
    "  /os      shows what is the same\n"
    "  /on      shows the result only\n"
    "  /s       all keys below as well, without protected ones. Of a key that only one side has, only the key is shown\n"
    "  /json    {\"left\": PATH, \"right\": PATH, \"differences\": [{\"side\", \"key\", \"name\", \"left\", \"right\"}], \"different\": N,\n"
    "           \"same\": N, \"leftOut\": N, \"identical\": true|false}: side is \"left\", \"right\" (only there), \"different\" or \"same\";\n"
    "           key is below the two; no name: the key itself; left and right are {\"type\", \"data\"} as in QUERY, or null\n"
    "  /reg:32, /reg:64 are accepted; there is one registry\n"
    "\n"
    "Lines begin with < (in KEY1), > (in KEY2) or = (in both).\n"
    "\n"
    "Examples:\n"
    "  cerium reg compare 'HKLM\\COMM\\HTTPD' 'HKLM\\Backup\\HTTPD' /s\n"
    "  cerium reg compare 'HKLM\\COMM\\HTTPD' 'HKLM\\Backup\\HTTPD' /v Port /on\n"
    "\n"
    "Exit code: 0 the same, 2 different, 1 failed.\n";

const char regtool_help_export[] =
    "cerium reg EXPORT KEY FILE [/4 | /ce] [/y]\n"
    "\n"
    "Writes a Version 5 .reg file (UTF-16LE), mode 0600. FILE may be - for standard output. Protected keys below KEY (password\n"
    "hashes) are left out; name such a key to export it.\n"
    "\n"
    "  /4   REGEDIT4 instead, for old programs: Windows-1252; a text that it cannot hold is an error\n"
    "  /ce  Windows CE's platform.reg instead: no header; ASCII, or UTF-16LE where ASCII does not do\n"
    "  /y   overwrites FILE without asking; the last argument\n"
    "  /reg:32, /reg:64 are accepted; there is one registry\n"
    "\n"
    "Examples:\n"
    "  cerium reg export 'HKLM\\COMM\\HTTPD' site.reg /y\n"
    "  cerium reg export 'HKLM\\COMM\\HTTPD' - /ce\n"
    "\n"
    "Exit code: 0 done, 1 failed or answered with No.\n";

const char regtool_help_import[] =
    "cerium reg IMPORT FILE [/dry-run]\n"
    "\n"
    "Applies a .reg file, all of it or none: REGEDIT4, Windows Registry Editor Version 5.00, or Windows CE's platform.reg.\n"
    "FILE may be - for standard input. Lines that say nothing sensible are reported with their number and left out.\n"
    "\n"
    "  /dry-run  shows what would change (as DIFF does) and changes nothing\n"
    "  /reg:32, /reg:64 are accepted; there is one registry\n"
    "\n"
    "Examples:\n"
    "  cerium reg import site.reg --dry-run\n"
    "  cerium reg import site.reg\n"
    "\n"
    "Exit code: 0 done, 1 failed. `cerium reg undo` takes it back. What Windows CE could not hold is applied, with a warning.\n";

const char regtool_help_flags[] =
    "cerium reg FLAGS KEY [QUERY | SET [DONT_VIRTUALIZE] [DONT_SILENT_FAIL] [RECURSE_FLAG]] [/s]\n"
    "\n"
    "The flags of a key under HKLM\\Software for registry virtualization. There is none here, as there is none in Windows CE: all are\n"
    "clear. SET without a flag clears all and is therefore done; SET with one is refused.\n"
    "\n"
    "  /s  all keys below as well\n"
    "  /reg:32, /reg:64 are accepted; there is one registry\n"
    "\n"
    "Example:\n"
    "  cerium reg flags 'HKLM\\Software\\Cerium' query\n"
    "\n"
    "Exit code: 0 done, 1 failed.\n";

const char regtool_help_find[] =
    "cerium reg FIND TEXT [KEY] [/k] [/v] [/d] [/c] [/e] [/t TYPE] [/se SEPARATOR] [/z] [/json]\n"
    "\n"
    "Looks for TEXT in names of keys, names of values and data, under KEY or everywhere. Protected keys are left out: name such a key.\n"
    "\n"
    "  /k, /v, /d  look at names of keys, names of values, data only\n"
    "  /c, /e      TEXT in the same case; TEXT is the whole\n"
    "  /t TYPE     values of this type only\n"
    "  /se C       stands between the strings of a REG_MULTI_SZ (otherwise \\0)\n"
    "  /z          the types' numbers too\n"
    "  /json       as QUERY /json\n"
    "\n"
    "* and ? in TEXT stand for any text and any character.\n"
    "\n"
    "Examples:\n"
    "  cerium reg find /Accounts\n"
    "  cerium reg find '*.dll' 'HKLM\\COMM' /d /e\n"
    "\n"
    "Exit code: 0 found, 1 nothing found or failed.\n";

const char regtool_help_diff[] =
    "cerium reg DIFF FILE\n"
    "\n"
    "Shows what importing FILE would change, and changes nothing: - is what would go, + what would come. FILE may be - for standard input.\n"
    "Lines of the file that say nothing sensible are reported. The data of protected keys are not shown.\n"
    "\n"
    "Examples:\n"
    "  cerium reg diff site.reg\n"
    "  cerium reg export 'HKLM\\COMM' - | ssh device cerium reg diff -\n"
    "\n"
    "Exit code: 0 no difference, 2 some, 1 failed.\n";

const char regtool_help_history[] =
    "cerium reg HISTORY [N] [/json]\n"
    "cerium reg HISTORY /clear [/f]\n"
    "cerium reg HISTORY /room BYTES\n"
    "\n"
    "Every change with its time, who made it, and by what command; the newest last. N lists the changes of one entry with\n"
    "old (-) and new (+) values; those of protected keys are not shown. The history lies in the registry's file and forgets its\n"
    "oldest entries when its room is full.\n"
    "\n"
    "  /json   {\"room\": N, \"entries\": [{\"id\", \"time\", \"who\", \"what\", \"keys\", \"values\", \"complete\", \"undoes\",\n"
    "          \"undone\"}]}; with N that entry alone and \"changes\": [{\"kind\", \"key\", \"name\", \"before\",\n"
    "          \"after\"}]: before and after are {\"type\", \"data\"} as in QUERY, {\"protected\": true}, or null\n"
    "  /clear  forgets all, after asking; /f without asking\n"
    "  /room   how many bytes of changes are kept; 0 keeps none from now on\n"
    "\n"
    "Examples:\n"
    "  cerium reg history\n"
    "  cerium reg history 17\n"
    "  cerium reg history /room 1000000\n"
    "\n"
    "Exit code: 0 done, 1 failed or answered with No.\n";

const char regtool_help_undo[] =
    "cerium reg UNDO [N]\n"
    "\n"
    "Takes back the newest change that was not taken back yet, or entry N of the history, and says what that changed.\n"
    "An undo is an entry of its own: undoing it is redoing. When something that the entry changed has changed again since,\n"
    "nothing is done and the places are named.\n"
    "\n"
    "Examples:\n"
    "  cerium reg undo\n"
    "  cerium reg undo 17\n"
    "\n"
    "Exit code: 0 done, 1 failed.\n";

const char regtool_help_watch[] =
    "cerium reg WATCH KEY\n"
    "\n"
    "Prints every change of KEY and of what is below it as it happens, with time, who and by what command, until Ctrl-C.\n"
    "Changes too many to be kept are counted; programs that write to the file without Cerium leave no\n"
    "details. The data of protected keys are not shown.\n"
    "\n"
    "Example:\n"
    "  cerium reg watch 'HKLM\\COMM\\HTTPD'\n"
    "\n"
    "Exit code: 0 ended by Ctrl-C or SIGTERM, 1 failed.\n";

const char regtool_help_check[] =
    "cerium reg CHECK [FILE] [--recover NEWFILE]\n"
    "\n"
    "Looks a registry's file over, this one when none is named, and tells what is wrong (fault) and what is not as it should be (warning).\n"
    "Changes nothing.\n"
    "\n"
    "  --recover NEWFILE  makes NEWFILE, which must not be there yet, a sound registry of all that can be read of a damaged one\n"
    "\n"
    "Examples:\n"
    "  cerium reg check\n"
    "  cerium reg check /var/lib/cerium/registry.db --recover /var/lib/cerium/saved.db\n"
    "\n"
    "Exit code: 0 nothing is wrong (there may be warnings), or recovered; 1 something is wrong, or failed.\n";

/* clang-format on */
