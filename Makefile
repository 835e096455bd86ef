# Every target but clean installs the Debian packages that it lacks first.

.PHONY: build demo test test-all bench format clean packages

build: packages
	cmake --preset release
	cmake --build --preset release

demo: packages
	cmake --preset release
	cmake --build --preset release --target deep_packet
	build/release/bin/deep_packet demo --force

# A test that lacks its data prints a line and passes: those lines are shown at the end.
test: build
	ctest --preset release -LE slow
	@grep 'skipped: ' build/release/Testing/Temporary/LastTest.log || true

# Release with the slow tests; clang, the sanitizers and, for some folders, 64-bit ARM without them.
test-all: build
	ctest --preset release
	cmake/install_packages.sh test-all
	cmake --preset clang
	cmake --build --preset clang
	ctest --preset clang -LE slow
	cmake --preset debug
	cmake --build --preset debug
	ctest --preset debug -LE slow
	cmake --preset aarch64
	cmake --build --preset aarch64
	ctest --preset aarch64 -LE slow

# BENCH holds options of bench/compare.py: make bench BENCH="--only conv1d --rounds 3"
bench: packages
	cmake/install_packages.sh bench
	bench/peers/install.sh build/peers
	cmake --preset release -D dnnl_ROOT=$(CURDIR)/build/peers
	cmake --build --preset release --target benchmarks
	build/peers/bin/python bench/compare.py $(BENCH)

format:
	cmake/install_packages.sh format
	git ls-files -co --exclude-standard '*.hpp' '*.cpp' '*.cuh' '*.cu' | xargs clang-format -i

clean:
	rm -rf build

packages:
	@cmake/install_packages.sh build
