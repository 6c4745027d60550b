# cmake --install: the program, its systemd unit, shell completions, and the engine as a library: scalper::validate.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(scalper_library_folders base digest model validate)
set(scalper_headers ${CMAKE_INSTALL_INCLUDEDIR}/scalper)  # the include root of the library, as src/ is ours
set(scalper_package ${CMAKE_INSTALL_LIBDIR}/cmake/scalper)

foreach(folder IN LISTS scalper_library_folders)
  set_target_properties(scalper_${folder} PROPERTIES EXPORT_NAME ${folder})
  install(TARGETS scalper_${folder} EXPORT scalper ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
          INCLUDES DESTINATION ${scalper_headers})
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/src/${folder} DESTINATION ${scalper_headers} FILES_MATCHING PATTERN "*.h")
endforeach()
install(EXPORT scalper FILE scalperTargets.cmake NAMESPACE scalper:: DESTINATION ${scalper_package})

configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/scalperConfig.cmake.in ${CMAKE_BINARY_DIR}/scalperConfig.cmake
                              INSTALL_DESTINATION ${scalper_package})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/scalperConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/scalperConfig.cmake ${CMAKE_BINARY_DIR}/scalperConfigVersion.cmake
        DESTINATION ${scalper_package})

install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(TARGET scalper)
  install(TARGETS scalper RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  # Written at install time: `cmake --install --prefix` may name another place than the configuration did.
  install(CODE "
    set(SCALPER_BIN \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}\")
    set(SCALPER_DOC \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DOCDIR}\")
    configure_file(\"${CMAKE_SOURCE_DIR}/packaging/scalper.service.in\"
                   \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/lib/systemd/system/scalper.service\" @ONLY)")
  # Completions come from the program's own table of verbs: it prints them at install time.
  foreach(place bash:share/bash-completion/completions/scalper zsh:share/zsh/site-functions/_scalper
                fish:share/fish/vendor_completions.d/scalper.fish)
    string(REPLACE ":" ";" place ${place})
    list(GET place 0 shell)
    list(GET place 1 path)
    install(CODE "
      set(target \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${path}\")
      get_filename_component(folder \"\${target}\" DIRECTORY)
      file(MAKE_DIRECTORY \"\${folder}\")
      execute_process(COMMAND \"$<TARGET_FILE:scalper>\" completion ${shell} OUTPUT_FILE \"\${target}\"
                      COMMAND_ERROR_IS_FATAL ANY)")
  endforeach()
endif()
