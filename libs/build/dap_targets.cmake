# The four ways to make a target here. They exist to hold the layering: a target sees the headers of
# the targets it links and of no others, because each library's include root is a folder of its own
# that holds nothing but a link to that library's sources. `#include "libs/db/pool.h"` therefore
# compiles only in a target that depends on dap_libs_db.

# Makes the include root of one folder and puts its path into OUT.
function(_dap_include_root OUT NAME)
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${PROJECT_SOURCE_DIR}
             OUTPUT_VARIABLE here)
  set(root ${PROJECT_BINARY_DIR}/include/${NAME})
  cmake_path(GET here PARENT_PATH parent)
  file(MAKE_DIRECTORY ${root}/${parent})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/${here} SYMBOLIC)
  set(${OUT} ${root} PARENT_SCOPE)
endfunction()

# dap_library(NAME SRCS file... DEPS target...)
# A static library of the sources of this folder; header-only where SRCS is empty.
function(dap_library NAME)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS;PRIVATE_DEPS" ${ARGN})
  _dap_include_root(root ${NAME})
  if(ARG_SRCS)
    add_library(${NAME} STATIC ${ARG_SRCS})
    target_include_directories(${NAME} PUBLIC ${root})
    target_link_libraries(${NAME} PUBLIC ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS})
    target_compile_options(${NAME} PRIVATE ${DAP_WARNINGS})
  else()
    add_library(${NAME} INTERFACE)
    target_include_directories(${NAME} INTERFACE ${root})
    target_link_libraries(${NAME} INTERFACE ${ARG_DEPS})
  endif()
endfunction()

# dap_binary(NAME SRCS file... DEPS target...)
function(dap_binary NAME)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  add_executable(${NAME} ${ARG_SRCS})
  target_link_libraries(${NAME} PRIVATE ${ARG_DEPS})
  target_compile_options(${NAME} PRIVATE ${DAP_WARNINGS})
endfunction()

# dap_test(NAME SRCS file... DEPS target... [MARIADB])
# A GoogleTest program run by ctest as one test. MARIADB: it needs a server; ctest starts one for the
# whole run (see libs/db/testing) and the program makes its own schemas on it. A test that hangs is
# ended after 5 minutes; one that takes longer, or several processors, says so by its properties.
function(dap_test NAME)
  cmake_parse_arguments(ARG "MARIADB" "" "SRCS;DEPS" ${ARGN})
  dap_binary(${NAME} SRCS ${ARG_SRCS} DEPS ${ARG_DEPS} GTest::gmock GTest::gtest GTest::gtest_main)
  add_test(NAME ${NAME} COMMAND ${NAME})
  set_tests_properties(${NAME} PROPERTIES TIMEOUT 300)
  if(ARG_MARIADB)
    set_tests_properties(${NAME} PROPERTIES FIXTURES_REQUIRED mariadb)
  endif()
endfunction()

# dap_proto_library(NAME PROTOS path... DEPS target... [ROOTS folder...] [GRPC])
# C++ for protos given by their import path, found below DAP_PROTO_ROOTS and ROOTS. Messages only:
# servers bind methods by descriptor (libs/rpc) and clients call by name, so no gRPC stubs are
# generated, except with GRPC, which is for comparing with them in benchmarks.
#
# <NAME>_services.h has NAME::Services(), every service of these protos. It names each file, which
# keeps the linker from leaving out those nothing else names.
function(dap_proto_library NAME)
  cmake_parse_arguments(ARG "GRPC" "" "PROTOS;DEPS;ROOTS" ${ARGN})
  set(out ${PROJECT_BINARY_DIR}/generated/${NAME})
  set(roots ${ARG_ROOTS} ${DAP_PROTO_ROOTS})
  list(TRANSFORM roots PREPEND "--proto_path=" OUTPUT_VARIABLE paths)
  set(generated "")
  set(tables "")
  set(includes "")
  foreach(proto IN LISTS ARG_PROTOS)
    string(REGEX REPLACE "\\.proto$" "" stem ${proto})
    find_file(source ${proto} PATHS ${roots} NO_DEFAULT_PATH NO_CACHE REQUIRED)
    add_custom_command(
      OUTPUT ${out}/${stem}.pb.cc ${out}/${stem}.pb.h
      COMMAND ${CMAKE_COMMAND} -E make_directory ${out}
      COMMAND protobuf::protoc --cpp_out=${out} ${paths} ${proto}
      DEPENDS ${source}
      COMMENT "protoc ${proto}")
    list(APPEND generated ${out}/${stem}.pb.cc)
    # As protoc escapes a path in the name of a file's descriptors.
    string(REPLACE "_" "_5f" table ${proto})
    string(REPLACE "/" "_2f" table ${table})
    string(REPLACE "." "_2e" table ${table})
    string(APPEND tables "      &descriptor_table_${table},\n")
    string(APPEND includes "#include \"${stem}.pb.h\"\n")
    if(ARG_GRPC)
      add_custom_command(
        OUTPUT ${out}/${stem}.grpc.pb.cc ${out}/${stem}.grpc.pb.h
        COMMAND protobuf::protoc --grpc_out=${out}
                --plugin=protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin> ${paths} ${proto}
        DEPENDS ${source} ${out}/${stem}.pb.h
        COMMENT "protoc --grpc ${proto}")
      list(APPEND generated ${out}/${stem}.grpc.pb.cc)
    endif()
    unset(source)
  endforeach()
  configure_file(${PROJECT_SOURCE_DIR}/libs/build/proto_services.h.in ${out}/${NAME}_services.h @ONLY)
  configure_file(${PROJECT_SOURCE_DIR}/libs/build/proto_services.cc.in ${out}/${NAME}_services.cc @ONLY)
  add_library(${NAME} STATIC ${generated} ${out}/${NAME}_services.cc)
  target_include_directories(${NAME} SYSTEM PUBLIC ${out})
  target_link_libraries(${NAME} PUBLIC protobuf::libprotobuf ${ARG_DEPS})
  if(ARG_GRPC)
    target_link_libraries(${NAME} PUBLIC gRPC::grpc++)
  endif()
endfunction()
