# Each target installs the Debian packages that are missing, configures, builds and runs.

.PHONY: build demo test test-all bench format clean packages

build: packages
	cmake --preset release
	cmake --build --preset release

demo: packages
	cmake --preset release
	cmake --build --preset release --target deep_packet
	build/release/bin/deep_packet demo

# A test that lacks its data prints a line and passes: those lines are shown at the end.
test: build
	ctest --preset release -LE slow
	@grep 'skipped: ' build/release/Testing/Temporary/LastTest.log || true

# Release with the slow tests; clang and the sanitizers without them.
test-all: build
	ctest --preset release
	cmake/install_packages.sh test-all
	cmake --preset clang
	cmake --build --preset clang
	ctest --preset clang -LE slow
	cmake --preset debug
	cmake --build --preset debug
	ctest --preset debug -LE slow

bench: build
	@set -e; for program in build/release/bin/bench_*; do $$program; done

format:
	cmake/install_packages.sh format
	git ls-files -co --exclude-standard '*.hpp' '*.cpp' '*.cuh' '*.cu' | xargs clang-format -i

clean:
	rm -rf build

packages:
	@cmake/install_packages.sh build
