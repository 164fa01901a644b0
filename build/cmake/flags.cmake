# SPDX-License-Identifier: Apache-2.0
#
# cerium_common  what every file is compiled with, ours and others'
# cerium_own     the same and the warnings: our files
# cerium_foreign the same without warnings: BearSSL, SQLite

set(CERIUM_OPTIMISE "-O2" CACHE STRING "Optimisation flags")
set(CERIUM_SANITIZE OFF CACHE BOOL "AddressSanitizer and UndefinedBehaviorSanitizer")
set(CERIUM_FUZZ OFF CACHE BOOL "Fuzz targets with libFuzzer as well; needs clang and CERIUM_SANITIZE")
set(CERIUM_STATIC OFF CACHE BOOL "One static file with the extensions built in")
set(CERIUM_COMPILE_ONLY OFF CACHE BOOL "Compile our own files for their warnings; link nothing")

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_SKIP_INSTALL_RULES ON)
# In our own presets optimisation is CERIUM_OPTIMISE's business alone.
set(CMAKE_C_FLAGS_DEBUG "")
set(CMAKE_C_FLAGS_RELEASE "")

add_library(cerium_common INTERFACE)
separate_arguments(optimise UNIX_COMMAND "${CERIUM_OPTIMISE}")
target_compile_options(cerium_common INTERFACE
  ${optimise} -g -fno-common -ffunction-sections -fdata-sections -fstack-protector-strong
  $<IF:$<STREQUAL:$<TARGET_PROPERTY:TYPE>,MODULE_LIBRARY>,-fPIC,$<IF:$<BOOL:${CERIUM_STATIC}>,-fno-pie,-fPIE>>
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}=. -ffile-prefix-map=${CMAKE_BINARY_DIR}=out)
# 64-bit time and file offsets everywhere: on armhf they are a choice, and all objects must have made the same one.
target_compile_definitions(cerium_common INTERFACE _TIME_BITS=64 _FILE_OFFSET_BITS=64)
target_link_options(cerium_common INTERFACE -Wl,--gc-sections -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)

if(CERIUM_SANITIZE)
  target_compile_options(cerium_common INTERFACE -fsanitize=address -fno-omit-frame-pointer)
  target_link_options(cerium_common INTERFACE -fsanitize=address,undefined)
elseif(NOT CERIUM_COMPILE_ONLY)
  target_compile_definitions(cerium_common INTERFACE _FORTIFY_SOURCE=2)
endif()

add_library(cerium_own INTERFACE)
target_link_libraries(cerium_own INTERFACE cerium_common)
target_compile_options(cerium_own INTERFACE
  -Wall -Wextra -Werror -Wshadow -Wconversion -Wsign-conversion -Wvla -Wstrict-prototypes -Wmissing-prototypes
  -Wformat=2 -Wundef -Wcast-qual -Wwrite-strings -Wpointer-arith)
if(CERIUM_SANITIZE)
  # gcc's view of value ranges is lost behind the checks it adds; the other presets have -Wconversion.
  target_compile_options(cerium_own INTERFACE -fsanitize=undefined -fno-sanitize-recover=all -Wno-conversion)
endif()
if(CERIUM_FUZZ)
  # Our own code only: what SQLite and BearSSL do inside is not what the inputs are after. clang, other than gcc, objects to
  # NULL + 0, the end of every empty span, which no compiler treats as anything but NULL.
  target_compile_options(cerium_own INTERFACE -fsanitize=fuzzer-no-link -fno-sanitize=pointer-overflow)
  target_link_options(cerium_own INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(CERIUM_STATIC)
  target_compile_definitions(cerium_own INTERFACE CERIUM_STATIC_EXTENSIONS=1)
endif()

add_library(cerium_foreign INTERFACE)
target_link_libraries(cerium_foreign INTERFACE cerium_common)
target_compile_options(cerium_foreign INTERFACE -w)
