include(CMakeFindDependencyMacro)
find_dependency(Eigen3 CONFIG)
find_dependency(OpenMP COMPONENTS CXX)
include(${CMAKE_CURRENT_LIST_DIR}/ebbTargets.cmake)
