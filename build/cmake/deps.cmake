# SPDX-License-Identifier: Apache-2.0
#
# The code of others. build/deps/fetch puts it under out/deps; nothing here uses the network.
#   bearssl, sqlite  static libraries compiled from source with our flags (the linker drops what is not used)
#   curses           Debian's static ncursesw, so that the program needs no library for it on the device
#   cmocka           the system's package on this machine, a Debian armhf package unpacked under out/deps for the ARM tests

set(CERIUM_DEPS ${CMAKE_SOURCE_DIR}/out/deps CACHE PATH "Where build/deps/fetch has put its files")
set(CERIUM_BEARSSL ${CERIUM_DEPS}/src/bearssl)
set(CERIUM_SQLITE ${CERIUM_DEPS}/src/sqlite3)
set(CERIUM_BEARSSL_INCLUDE ${CERIUM_BEARSSL}/inc)
set(CERIUM_SQLITE_INCLUDE ${CERIUM_SQLITE})

# Debian's own, which finds Debian's pytest, whatever else is on the PATH.
find_program(CERIUM_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)

foreach(file ${CERIUM_BEARSSL_INCLUDE}/bearssl.h ${CERIUM_SQLITE}/sqlite3.c)
  if(NOT EXISTS ${file})
    message(FATAL_ERROR "${file} is missing. Run build/deps/fetch (once; later builds work offline).")
  endif()
endforeach()

# SQLite's options: one file, read here and by fetch, because the OMIT ones shape the generated parser too.
set(options_file ${CMAKE_SOURCE_DIR}/build/deps/sqlite-options)
set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${options_file})
file(STRINGS ${options_file} CERIUM_SQLITE_OPTIONS REGEX "^[A-Z]")
file(SHA256 ${options_file} options_sum)
file(READ ${CERIUM_SQLITE}/made-with-options made_with)
string(STRIP "${made_with}" made_with)
if(NOT made_with STREQUAL options_sum)
  message(FATAL_ERROR "build/deps/sqlite-options has changed since sqlite3.c was made. Run build/deps/fetch.")
endif()

add_library(cmocka INTERFACE)
if(CMAKE_CROSSCOMPILING)
  set(cmocka_root ${CERIUM_DEPS}/armhf/usr)
  if(NOT EXISTS ${cmocka_root}/include/cmocka.h)
    message(FATAL_ERROR "${cmocka_root}/include/cmocka.h is missing. Run build/deps/fetch.")
  endif()
  target_include_directories(cmocka SYSTEM INTERFACE ${cmocka_root}/include)
  target_link_libraries(cmocka INTERFACE ${cmocka_root}/lib/arm-linux-gnueabihf/libcmocka.so)
else()
  target_link_libraries(cmocka INTERFACE -lcmocka)
endif()

# The library's own package: libncurses-dev on this machine, the same one for armhf under out/deps.
add_library(curses INTERFACE)
if(CMAKE_CROSSCOMPILING)
  set(CERIUM_CURSES_INCLUDE ${CERIUM_DEPS}/armhf/usr/include/ncursesw)
  set(curses_libraries ${CERIUM_DEPS}/armhf/usr/lib/arm-linux-gnueabihf/libncursesw.a
    ${CERIUM_DEPS}/armhf/usr/lib/arm-linux-gnueabihf/libtinfo.a)
  set(curses_remedy "Run build/deps/fetch.")
else()
  find_path(CERIUM_CURSES_INCLUDE curses.h PATH_SUFFIXES ncursesw)
  find_library(CERIUM_NCURSESW libncursesw.a)
  find_library(CERIUM_TINFO libtinfo.a)
  set(curses_libraries ${CERIUM_NCURSESW} ${CERIUM_TINFO})
  set(curses_remedy "Install the package libncurses-dev.")
endif()
foreach(file ${CERIUM_CURSES_INCLUDE}/curses.h ${curses_libraries})
  if(NOT EXISTS ${file})
    message(FATAL_ERROR "${file} is missing. ${curses_remedy}")
  endif()
endforeach()
target_link_libraries(curses INTERFACE ${curses_libraries})

if(CERIUM_COMPILE_ONLY)
  add_library(bearssl INTERFACE)
  add_library(sqlite INTERFACE)
  return()
endif()

add_library(sqlite STATIC EXCLUDE_FROM_ALL ${CERIUM_SQLITE}/sqlite3.c)
target_compile_definitions(sqlite PRIVATE ${CERIUM_SQLITE_OPTIONS})
target_link_libraries(sqlite PRIVATE cerium_foreign)

# BearSSL takes neither entropy nor the time from the system: platform/ gives both.
file(GLOB_RECURSE bearssl_sources CONFIGURE_DEPENDS ${CERIUM_BEARSSL}/src/*.c)
add_library(bearssl STATIC EXCLUDE_FROM_ALL ${bearssl_sources})
target_compile_definitions(bearssl PRIVATE BR_USE_URANDOM=0 BR_USE_GETENTROPY=0 BR_USE_WIN32_RAND=0 BR_RDRAND=0
  BR_USE_UNIX_TIME=0 BR_USE_WIN32_TIME=0)
target_include_directories(bearssl PRIVATE ${CERIUM_BEARSSL}/inc ${CERIUM_BEARSSL}/src)
target_link_libraries(bearssl PRIVATE cerium_foreign)
