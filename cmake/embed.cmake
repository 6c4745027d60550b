# The OpenAPI document as a source file of api/: what is served is what was built with.

set(scalper_openapi ${CMAKE_SOURCE_DIR}/schemas/openapi.yaml)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${scalper_openapi})
file(READ ${scalper_openapi} SCALPER_OPENAPI)
if(SCALPER_OPENAPI MATCHES "\\)openapi\"")
  message(FATAL_ERROR "${scalper_openapi} holds the mark that ends it in C++")
endif()
configure_file(${CMAKE_SOURCE_DIR}/cmake/openapi_document.cpp.in ${CMAKE_BINARY_DIR}/generated/openapi_document.cpp @ONLY)
target_sources(scalper_api PRIVATE ${CMAKE_BINARY_DIR}/generated/openapi_document.cpp)
