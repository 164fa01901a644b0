# SPDX-License-Identifier: Apache-2.0
#
# Tests as ctest sees them. Unit tests are cmocka executables; integration tests are pytest files that drive the real program.
# build/check counts test cases in what they print (count_tests.py).

set(CERIUM_SANITIZER_ENVIRONMENT)
if(CERIUM_SANITIZE)
  set(CERIUM_SANITIZER_ENVIRONMENT UBSAN_OPTIONS=print_stacktrace=1 ASAN_OPTIONS=detect_stack_use_after_return=1)
endif()

# cerium_unit_test(NAME ROOM SOURCES file... [LIBRARIES library...])
# Test NAME of ROOM: it sees the public headers of all rooms and the private ones of its own. cerium_platform_fake may be
# named in LIBRARIES; it is linked before the rooms.
function(cerium_unit_test name room)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "SOURCES;LIBRARIES")
  set(target unit_${room}_${name})
  if(CERIUM_COMPILE_ONLY)
    add_library(${target} OBJECT ${arg_SOURCES})
  else()
    add_executable(${target} ${arg_SOURCES})
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    add_test(NAME unit.${room}.${name} COMMAND ${target} WORKING_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    set_tests_properties(unit.${room}.${name} PROPERTIES LABELS unit TIMEOUT 300
      ENVIRONMENT "CERIUM_SOURCE=${CMAKE_SOURCE_DIR};${CERIUM_SANITIZER_ENVIRONMENT}")
  endif()
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/${room} ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(${target} PRIVATE ${arg_LIBRARIES} cerium_${room} cmocka cerium_own)
  cerium_special_includes(${arg_SOURCES})
endfunction()

# A test of the build itself: tests/build/test_NAME.py, run with the plain build for this machine only.
function(cerium_build_tests)
  if(CERIUM_COMPILE_ONLY OR CMAKE_CROSSCOMPILING OR CERIUM_SANITIZE)
    return()
  endif()
  cerium_pytest(build "${CMAKE_CURRENT_SOURCE_DIR}/build" "CERIUM_SOURCE=${CMAKE_SOURCE_DIR};CERIUM_DEPS=${CERIUM_DEPS}" 300)
endfunction()

# Integration tests: every tests/integration/test_*.py, each against this build's program. Their environment:
#   CERIUM             path of the program
#   CERIUM_EMULATOR    what to put before it ("qemu-arm -L DIR"); empty where it runs by itself
#   CERIUM_EXTENSIONS  folder with the sample extensions (.so); empty where they are built in
#   CERIUM_PRESET      name of the build directory, for messages
#   CERIUM_SOURCE      top of the tree
function(cerium_integration_tests)
  if(CERIUM_COMPILE_ONLY OR NOT TARGET cerium)
    return()
  endif()
  list(JOIN CMAKE_CROSSCOMPILING_EMULATOR " " emulator)
  get_filename_component(preset ${CMAKE_BINARY_DIR} NAME)
  set(extensions ${CMAKE_BINARY_DIR}/extensions)
  if(CERIUM_STATIC)
    set(extensions)
  endif()
  set(environment CERIUM=$<TARGET_FILE:cerium> "CERIUM_EMULATOR=${emulator}" CERIUM_EXTENSIONS=${extensions}
    CERIUM_PRESET=${preset} CERIUM_SOURCE=${CMAKE_SOURCE_DIR})
  cerium_pytest(integration "${CMAKE_CURRENT_SOURCE_DIR}/integration" "${environment}" 900)
endfunction()

# cerium_pytest(LABEL FOLDER ENVIRONMENT TIMEOUT): one ctest entry for each test_*.py in FOLDER.
function(cerium_pytest label folder environment timeout)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/pytest)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/test_*.py)
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    string(REGEX REPLACE "^test_" "" name ${name})
    set(test ${label}.${name})
    add_test(NAME ${test}
      COMMAND ${CERIUM_PYTHON} -B -m pytest -p no:cacheprovider --basetemp ${CMAKE_BINARY_DIR}/pytest/${test}
        --rootdir ${folder} -q -rs --tb=short ${file}
      WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
    set_tests_properties(${test} PROPERTIES LABELS ${label} TIMEOUT ${timeout} ENVIRONMENT "${environment};${CERIUM_SANITIZER_ENVIRONMENT}")
  endforeach()
endfunction()
