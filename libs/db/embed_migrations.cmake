# Writes OUT/NAME.{h,cc} that hold FILES (separated by |). Run by dap_migrations().
string(REPLACE "|" ";" FILES "${FILES}")
string(TOUPPER "${NAME}" guard)

file(WRITE ${OUT}/${NAME}.h "// Made by dap_migrations() (libs/db/migrations.cmake).
#ifndef GENERATED_${guard}_H_
#define GENERATED_${guard}_H_

#include \"absl/types/span.h\"
#include \"libs/db/migration.h\"

namespace ${NAMESPACE} {
absl::Span<const dap::db::Migration> Migrations();
}  // namespace ${NAMESPACE}

#endif  // GENERATED_${guard}_H_
")

set(entries "")
foreach(file IN LISTS FILES)
  get_filename_component(stem ${file} NAME_WE)
  if(NOT stem MATCHES "^0*([1-9][0-9]*)_([a-z0-9_]+)$")
    message(FATAL_ERROR "${file}: a migration is named NNNN_what.sql, from 0001")
  endif()
  set(number ${CMAKE_MATCH_1})
  set(what ${CMAKE_MATCH_2})
  file(READ ${file} sql)
  string(APPEND entries "    {${number}, \"${what}\", R\"dapsql(${sql})dapsql\"},\n")
endforeach()

file(WRITE ${OUT}/${NAME}.cc "// Made by dap_migrations() (libs/db/migrations.cmake).
#include \"${NAME}.h\"

namespace ${NAMESPACE} {
namespace {
constexpr dap::db::Migration kMigrations[] = {
${entries}};
}  // namespace

absl::Span<const dap::db::Migration> Migrations() { return kMigrations; }
}  // namespace ${NAMESPACE}
")
