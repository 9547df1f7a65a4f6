# dap_migrations(NAME target NAMESPACE ns FILES file...)
# A library `target` of SQL files, each named NNNN_what.sql, in the order given:
#
#   dap_migrations(NAME enrolment_migrations NAMESPACE dap::enrolment
#                  FILES migrations/0001_cohort.sql migrations/0002_enrolment.sql)
#
#   #include "enrolment_migrations.h"
#   db::Migrate(pool, "enrolment", enrolment::Migrations(), clock);
#
# The header declares `absl::Span<const dap::db::Migration> Migrations()` in `ns`. Both are made in
# the build tree, again whenever one of the files changes.
# Global, as the function is called in folders that see no variable of this one.
set_property(GLOBAL PROPERTY DAP_EMBED_MIGRATIONS ${CMAKE_CURRENT_LIST_DIR}/embed_migrations.cmake)

function(dap_migrations)
  cmake_parse_arguments(ARG "" "NAME;NAMESPACE" "FILES" ${ARGN})
  set(out ${PROJECT_BINARY_DIR}/generated/${ARG_NAME})
  list(TRANSFORM ARG_FILES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE files)
  # A list's semicolons would end the argument in the rule.
  string(REPLACE ";" "|" joined "${files}")
  get_property(script GLOBAL PROPERTY DAP_EMBED_MIGRATIONS)
  add_custom_command(
    OUTPUT ${out}/${ARG_NAME}.cc ${out}/${ARG_NAME}.h
    COMMAND ${CMAKE_COMMAND} -DNAME=${ARG_NAME} -DNAMESPACE=${ARG_NAMESPACE} "-DFILES=${joined}"
            -DOUT=${out} -P ${script}
    DEPENDS ${files} ${script}
    COMMENT "Embedding ${ARG_NAME}"
    VERBATIM)
  add_library(${ARG_NAME} STATIC ${out}/${ARG_NAME}.cc ${out}/${ARG_NAME}.h)
  target_include_directories(${ARG_NAME} PUBLIC ${out})
  target_link_libraries(${ARG_NAME} PUBLIC dap_db)
endfunction()
