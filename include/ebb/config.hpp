#pragma once

/// Every macro of the library. All of them start with EBB_.

/// The version, read by the build system as well.
#define EBB_VERSION_MAJOR 0
#define EBB_VERSION_MINOR 1
#define EBB_VERSION_PATCH 0

/// Opens the library's namespace: `namespace EBB_NAMESPACE { ... }` or `namespace EBB_NAMESPACE::nn { ... }`.
/// The inline part keeps translation units of different versions from sharing symbols; users write `ebb::`.
#define EBB_NAMESPACE ebb::inline v0

/// 1 in a build with address sanitizer, where the caching allocator would hide errors.
#if defined(__SANITIZE_ADDRESS__)
#define EBB_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EBB_ADDRESS_SANITIZER 1
#endif
#endif
#ifndef EBB_ADDRESS_SANITIZER
#define EBB_ADDRESS_SANITIZER 0
#endif

/// Marks what both a processor and a GPU run: functors of `map` and `zip`, random numbers.
#if defined(__CUDACC__)
#define EBB_HOST_DEVICE __host__ __device__
#else
#define EBB_HOST_DEVICE
#endif
