# bootstrap_static: the Lambda as one static-pie file that needs nothing of the machine, build/package/bootstrap. Linked of
# the same objects as `bootstrap`; ./package builds it and packs it.
if(NOT TARGET bootstrap OR SCALPER_SANITIZE)
  return()
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(package_dir ${CMAKE_BINARY_DIR}/package)
set(package_source ${CMAKE_SOURCE_DIR}/packaging/lambda)
file(MAKE_DIRECTORY ${package_dir})

# scalper_static_closure(OUT TARGET...): the static libraries of ours that these need, by name.
function(scalper_static_closure out)
  set(found)
  set(open ${ARGN})
  while(open)
    list(POP_FRONT open target)
    get_target_property(linked ${target} LINK_LIBRARIES)
    foreach(item IN LISTS linked)
      string(REGEX REPLACE "^\\$<(BUILD_INTERFACE|LINK_ONLY):(.*)>$" "\\2" item "${item}")
      if(TARGET "${item}" AND item MATCHES "^scalper_" AND NOT item IN_LIST found)
        get_target_property(type ${item} TYPE)
        if(type STREQUAL "STATIC_LIBRARY")
          list(APPEND found ${item})
          list(APPEND open ${item})
        endif()
      endif()
    endforeach()
  endwhile()
  set(${out} ${found} PARENT_SCOPE)
endfunction()

find_library(static_curl libcurl.a)
find_library(static_ssl libssl.a)
find_library(static_crypto libcrypto.a)
find_library(static_zstd libzstd.a)
find_library(static_z libz.a)
find_library(static_bz2 libbz2.a)
find_library(static_lzma liblzma.a)
find_library(static_lz4 liblz4.a)
find_library(static_expat libexpat.a)
find_library(static_deflate libdeflate.a)
find_library(static_json libboost_json.a)
find_library(static_yaml libyaml-cpp.a)
find_library(static_yaml_events libyaml.a)
find_library(static_utf8proc libutf8proc.a)
find_library(static_re2 libre2.a)
find_library(static_libc libc.a)
set(static_libraries ${static_curl} ${static_ssl} ${static_crypto} ${static_zstd} ${static_z}
    ${static_bz2} ${static_lzma} ${static_lz4} ${static_expat} ${static_deflate} ${static_json} ${static_yaml} ${static_yaml_events} ${static_re2} ${static_utf8proc})
if("${static_libraries};${static_libc}" MATCHES "NOTFOUND")
  message(STATUS "no bootstrap_static: a static library is missing (scripts/packages.sh package)")
  return()
endif()

add_custom_command(OUTPUT ${package_dir}/stubs.cpp
  COMMAND Python3::Interpreter ${package_source}/stubs.py ${CMAKE_NM} ${static_curl} ${package_dir}/stubs.cpp
          ${static_libraries} ${static_libc}
  DEPENDS ${package_source}/stubs.py ${static_curl} VERBATIM)
add_custom_command(OUTPUT ${package_dir}/roots.cpp
  COMMAND Python3::Interpreter ${package_source}/roots.py ${package_dir}/roots.cpp
  DEPENDS ${package_source}/roots.py VERBATIM)

scalper_static_closure(static_ours bootstrap)
add_executable(bootstrap_static EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/src/hosts/bootstrap.cpp
               ${package_source}/static_names.cpp ${package_dir}/stubs.cpp ${package_dir}/roots.cpp)
target_include_directories(bootstrap_static PRIVATE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(bootstrap_static PRIVATE $<TARGET_PROPERTY:scalper_flags,INTERFACE_COMPILE_OPTIONS>)
set_target_properties(bootstrap_static PROPERTIES OUTPUT_NAME bootstrap RUNTIME_OUTPUT_DIRECTORY ${package_dir})
add_dependencies(bootstrap_static ${static_ours})
foreach(name IN LISTS static_ours)
  list(APPEND static_archives $<TARGET_FILE:${name}>)
endforeach()
set_property(TARGET bootstrap_static APPEND PROPERTY LINK_DEPENDS ${static_archives})
target_link_options(bootstrap_static PRIVATE -static-pie -s -Wl,--gc-sections -Wl,--build-id=none -Wl,-z,relro,-z,now
                    -Wl,-z,pack-relative-relocs -Wl,-Map=${package_dir}/bootstrap.map)
target_link_libraries(bootstrap_static PRIVATE -Wl,--start-group ${static_archives} ${static_libraries} -Wl,--end-group)
