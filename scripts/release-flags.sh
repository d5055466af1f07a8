# Flags of a release build, sourced by the scripts: the Swift runtime inside the binary and packed relocations start
# faster and use less memory (figures in docs/architecture.md).
release_flags=(-c release --product golem --static-swift-stdlib -Xswiftc -use-ld=lld
    -Xlinker -z -Xlinker pack-relative-relocs)
