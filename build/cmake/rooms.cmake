# SPDX-License-Identifier: Apache-2.0
#
# A room is a static library cerium_<room>: public headers in <room>/include/<room>/, everything else in it private.
# Its include path and its libraries are the neighbours that walls.txt declares; walls.py checks the same table again, file by
# file, because an include path alone cannot stop "../".

set(CERIUM_WALLS ${CMAKE_SOURCE_DIR}/build/cmake/walls.txt)
set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CERIUM_WALLS})

file(STRINGS ${CERIUM_WALLS} lines REGEX "^room ")
foreach(line IN LISTS lines)
  string(REGEX MATCH "^room ([a-z]+):(.*)$" line "${line}")
  set(room ${CMAKE_MATCH_1})
  separate_arguments(neighbours UNIX_COMMAND "${CMAKE_MATCH_2}")
  set(CERIUM_NEIGHBOURS_${room} ${neighbours})
endforeach()

# cerium_header_folders(HEADER OUT): the folders that may include HEADER.
function(cerium_header_folders header out)
  file(STRINGS ${CERIUM_WALLS} line REGEX "^header ${header}:")
  string(REGEX REPLACE "^[^:]*:" "" line "${line}")
  separate_arguments(folders UNIX_COMMAND "${line}")
  set(${out} ${folders} PARENT_SCOPE)
endfunction()

cerium_header_folders(sqlite3.h CERIUM_FOLDERS_sqlite)
cerium_header_folders(bearssl.h CERIUM_FOLDERS_bearssl)
cerium_header_folders(curses.h CERIUM_FOLDERS_curses)
file(STRINGS ${CERIUM_WALLS} line REGEX "^win32:")
string(REGEX REPLACE "^[^:]*:" "" line "${line}")
separate_arguments(CERIUM_FOLDERS_win32 UNIX_COMMAND "${line}")

set(CERIUM_INCLUDES_sqlite ${CERIUM_SQLITE_INCLUDE})
set(CERIUM_INCLUDES_bearssl ${CERIUM_BEARSSL_INCLUDE})
set(CERIUM_INCLUDES_curses ${CERIUM_CURSES_INCLUDE})
# The faces, and the public headers of their own rooms, whose tables of values they share.
set(CERIUM_INCLUDES_win32)
foreach(room platform registry certstore httpd tools)
  if(IS_DIRECTORY ${CMAKE_SOURCE_DIR}/${room}/include/win32)
    list(APPEND CERIUM_INCLUDES_win32 ${CMAKE_SOURCE_DIR}/${room}/include/win32 ${CMAKE_SOURCE_DIR}/${room}/include)
  endif()
endforeach()

# The headers with few readers are on the include path of the files in those readers' folders, one by one.
function(cerium_special_includes)
  foreach(source IN LISTS ARGN)
    get_filename_component(path ${source} ABSOLUTE)
    file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR} ${path})
    foreach(kind sqlite bearssl curses win32)
      # No warnings out of the headers of others; the faces are ours.
      set(how -isystem)
      if(kind STREQUAL win32)
        set(how -I)
      endif()
      foreach(folder IN LISTS CERIUM_FOLDERS_${kind})
        string(FIND "${path}/" "${folder}/" position)
        if(position EQUAL 0)
          foreach(dir IN LISTS CERIUM_INCLUDES_${kind})
            set_property(SOURCE ${source} APPEND PROPERTY COMPILE_OPTIONS ${how}${dir})
          endforeach()
        endif()
      endforeach()
    endforeach()
  endforeach()
endfunction()

# cerium_room(NAME SOURCES file... [LIBRARIES library...])
function(cerium_room room)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  set(neighbours ${CERIUM_NEIGHBOURS_${room}})
  list(TRANSFORM neighbours PREPEND cerium_)
  add_library(cerium_${room} STATIC ${arg_SOURCES})
  target_include_directories(cerium_${room} PUBLIC include PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(cerium_${room} PUBLIC ${neighbours} PRIVATE cerium_own ${arg_LIBRARIES})
  cerium_special_includes(${arg_SOURCES})
endfunction()

# cerium_exports(ROOM FILE): the functions in FILE (ld --dynamic-list, a name a line) are for loaded modules: programs export
# them, and cerium_program() links them in even where nothing else calls them.
function(cerium_exports room file)
  if(CERIUM_STATIC OR CERIUM_COMPILE_ONLY)
    return()
  endif()
  target_link_options(cerium_${room} INTERFACE -Wl,--dynamic-list=${CMAKE_CURRENT_SOURCE_DIR}/${file})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(STRINGS ${file} names REGEX "^ +[A-Za-z]+;$")
  list(TRANSFORM names REPLACE "[ ;]" "")
  set_property(GLOBAL APPEND PROPERTY CERIUM_EXPORTS ${names})
endfunction()

add_custom_target(include-walls ALL
  COMMAND ${CERIUM_PYTHON} ${CMAKE_SOURCE_DIR}/build/cmake/walls.py ${CMAKE_SOURCE_DIR}
  COMMENT "Include walls" VERBATIM)

# cerium_fake(ROOM SOURCES file...): the library cerium_<room>_fake, which tests link before the room itself: what it defines
# takes the place of the room's object of the same name.
function(cerium_fake room)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES")
  add_library(cerium_${room}_fake STATIC ${arg_SOURCES})
  target_include_directories(cerium_${room}_fake PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(cerium_${room}_fake PUBLIC cerium_${room} PRIVATE cerium_own)
endfunction()

# cerium_extension(NAME SOURCES file...): an ISAPI extension, which sees the Win32 faces. Dynamic builds:
# out/<preset>/extensions/NAME.so. Static builds: part of the program, entry points renamed NAME_<entry point>.
# Name it before the program.
set(CERIUM_ENTRY_POINTS GetExtensionVersion HttpExtensionProc TerminateExtension)
file(WRITE ${CMAKE_BINARY_DIR}/extension.map
  "{ global: GetExtensionVersion; HttpExtensionProc; TerminateExtension; local: *; };\n")

function(cerium_extension name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES")
  set(target extension_${name})
  if(CERIUM_STATIC OR CERIUM_COMPILE_ONLY)
    add_library(${target} OBJECT ${arg_SOURCES})
    foreach(entry IN LISTS CERIUM_ENTRY_POINTS)
      target_compile_definitions(${target} PRIVATE ${entry}=${name}_${entry})
    endforeach()
    set_property(GLOBAL APPEND PROPERTY CERIUM_EXTENSIONS ${name})
  else()
    add_library(${target} MODULE ${arg_SOURCES})
    set_target_properties(${target} PROPERTIES PREFIX "" OUTPUT_NAME ${name}
      LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/extensions)
    target_link_options(${target} PRIVATE -Wl,--version-script=${CMAKE_BINARY_DIR}/extension.map)
  endif()
  target_link_libraries(${target} PRIVATE cerium_own)
  cerium_special_includes(${arg_SOURCES})
endfunction()

# cerium_builtin_table(FILE NAME...): a C file with cerium_builtin_modules, the table for plat_module_set_builtins();
# it is empty where extensions are loaded.
function(cerium_builtin_table file)
  set(text "/* SPDX-License-Identifier: Apache-2.0 */\n/* Made by build/cmake/rooms.cmake. */\n")
  string(APPEND text "#include \"builtin_modules.h\"\n\n#include <stddef.h>\n\n")
  set(rows "")
  if(CERIUM_STATIC AND ARGN)
    string(APPEND text "#include <httpext.h>\n\n")
    foreach(name IN LISTS ARGN)
      # Weak: TerminateExtension may be left out by an extension.
      string(APPEND text
        "__attribute__((weak)) BOOL WINAPI ${name}_GetExtensionVersion(HSE_VERSION_INFO *);\n"
        "__attribute__((weak)) DWORD WINAPI ${name}_HttpExtensionProc(EXTENSION_CONTROL_BLOCK *);\n"
        "__attribute__((weak)) BOOL WINAPI ${name}_TerminateExtension(DWORD);\n"
        "static const struct plat_builtin_symbol ${name}_symbols[] = {\n")
      foreach(entry IN LISTS CERIUM_ENTRY_POINTS)
        string(APPEND text "    {\"${entry}\", (void (*)(void))${name}_${entry}},\n")
      endforeach()
      string(APPEND text "    {NULL, NULL},\n};\n\n")
      string(APPEND rows "    {\"${name}\", ${name}_symbols},\n")
    endforeach()
  endif()
  string(APPEND text
    "const struct plat_builtin_module cerium_builtin_modules[] = {\n${rows}    {NULL, NULL},\n};\n")
  file(CONFIGURE OUTPUT ${file} CONTENT "${text}" @ONLY)
endfunction()

# cerium_program(NAME SOURCES file... [LIBRARIES library...]): out/<preset>/NAME, stripped, with NAME.debug beside it.
function(cerium_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  if(CERIUM_COMPILE_ONLY)
    add_library(${name} OBJECT ${arg_SOURCES})
    target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} cerium_own)
    return()
  endif()
  get_property(extensions GLOBAL PROPERTY CERIUM_EXTENSIONS)
  cerium_builtin_table(${CMAKE_BINARY_DIR}/builtin_modules.c ${extensions})
  add_executable(${name} ${arg_SOURCES} ${CMAKE_BINARY_DIR}/builtin_modules.c)
  foreach(dir IN LISTS CERIUM_INCLUDES_win32)
    set_property(SOURCE ${CMAKE_BINARY_DIR}/builtin_modules.c APPEND PROPERTY COMPILE_OPTIONS -I${dir})
  endforeach()
  if(CERIUM_STATIC)
    foreach(extension IN LISTS extensions)
      target_sources(${name} PRIVATE $<TARGET_OBJECTS:extension_${extension}>)
    endforeach()
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} cerium_own)
  get_property(exports GLOBAL PROPERTY CERIUM_EXPORTS)
  list(TRANSFORM exports PREPEND -Wl,-u,)
  target_link_options(${name} PRIVATE $<IF:$<BOOL:${CERIUM_STATIC}>,-static,-pie> ${exports}
    -Wl,-Map=${CMAKE_BINARY_DIR}/${name}.map)
  if(NOT CERIUM_SANITIZE)
    add_custom_command(TARGET ${name} POST_BUILD
      COMMAND ${CMAKE_OBJCOPY} --only-keep-debug $<TARGET_FILE:${name}> $<TARGET_FILE:${name}>.debug
      COMMAND ${CMAKE_STRIP} $<TARGET_FILE:${name}>
      COMMAND ${CMAKE_OBJCOPY} --add-gnu-debuglink=$<TARGET_FILE:${name}>.debug $<TARGET_FILE:${name}>
      VERBATIM)
  endif()
endfunction()
