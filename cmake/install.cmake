include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# A header-only package is the same for every architecture: it goes to share, and its version file says so.
set(package_dir ${CMAKE_INSTALL_DATADIR}/cmake/ebb)

install(DIRECTORY include/ebb DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS ebb EXPORT ebb)
install(EXPORT ebb NAMESPACE ebb:: FILE ebbTargets.cmake DESTINATION ${package_dir})

write_basic_package_version_file(ebbConfigVersion.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES cmake/ebbConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/ebbConfigVersion.cmake
        DESTINATION ${package_dir})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
