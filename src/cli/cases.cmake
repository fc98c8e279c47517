# SPDX-License-Identifier: Apache-2.0
# Writes the shipped scenarios as a C file: cmake -DOUT=FILE -P cases.cmake -- TEXT...
# They are inside the program, so that `psnsim init` finds them wherever it was installed or copied to.
set(texts)
set(after OFF)
foreach(i RANGE ${CMAKE_ARGC})
    if(after AND CMAKE_ARGV${i})
        list(APPEND texts "${CMAKE_ARGV${i}}")
    elseif("${CMAKE_ARGV${i}}" STREQUAL "--")
        set(after ON)
    endif()
endforeach()

set(arrays "")
set(rows "")
set(n 0)
foreach(text ${texts})
    get_filename_component(name "${text}" NAME)
    file(READ "${text}" bytes HEX)
    string(REGEX REPLACE "(................................)" "\\1\n    " bytes "${bytes}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    string(APPEND arrays "static const unsigned char text_${n}[] = {\n    ${bytes}};\n")
    string(APPEND rows "    {\"${name}\", text_${n}, sizeof text_${n}},\n")
    math(EXPR n "${n} + 1")
endforeach()

file(WRITE "${OUT}" "/* Written by src/cli/cases.cmake: the texts of scenarios/. */\n"
    "#include \"cli/cases.h\"\n\n${arrays}\n"
    "const struct case_text case_texts[] = {\n${rows}    {NULL, NULL, 0},\n};\n")
