# Documents as source files: what is served and printed is what was built with.

set(scalper_openapi ${CMAKE_SOURCE_DIR}/schemas/openapi.yaml)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${scalper_openapi})
file(READ ${scalper_openapi} SCALPER_OPENAPI)
if(SCALPER_OPENAPI MATCHES "\\)openapi\"")
  message(FATAL_ERROR "${scalper_openapi} holds the mark that ends it in C++")
endif()
configure_file(${CMAKE_SOURCE_DIR}/cmake/openapi_document.cpp.in ${CMAKE_BINARY_DIR}/generated/openapi_document.cpp @ONLY)
target_sources(scalper_api PRIVATE ${CMAKE_BINARY_DIR}/generated/openapi_document.cpp)

# Called once the target is there.
function(scalper_embed_findings target)
  set(page ${CMAKE_SOURCE_DIR}/docs/findings.md)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page})
  file(READ ${page} SCALPER_FINDINGS)
  if(SCALPER_FINDINGS MATCHES "\\)findings\"")
    message(FATAL_ERROR "${page} holds the mark that ends it in C++")
  endif()
  configure_file(${CMAKE_SOURCE_DIR}/cmake/findings_page.cpp.in ${CMAKE_BINARY_DIR}/generated/findings_page.cpp @ONLY)
  target_sources(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated/findings_page.cpp)
endfunction()
