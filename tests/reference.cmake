# Does PAGE hold the reference that PROGRAM prints? To bring it up to date, replace that part by the
# program's output.
execute_process(COMMAND ${PROGRAM} OUTPUT_VARIABLE reference RESULT_VARIABLE status)
file(READ ${PAGE} page)
string(FIND "${page}" "${reference}" at)
if(status OR at LESS 0)
    message(FATAL_ERROR "${PAGE} is not what ${PROGRAM} prints from the table of the language")
endif()
