// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "golem",
    products: [
        .executable(name: "golem", targets: ["golem"]),
        .library(name: "GolemEvents", targets: ["GolemEvents"]),
        .library(name: "GolemEngine", targets: ["GolemEngine"]),
        .library(name: "GolemTUI", targets: ["GolemTUI"]),
    ],
    targets: [
        .systemLibrary(name: "CSQLite"),
        .systemLibrary(name: "CMicrohttpd"),
        .systemLibrary(name: "CNcurses"),
        .target(name: "CLinux"),
        .target(name: "CCurl", dependencies: ["CLinux"]),
        .target(name: "CXml2"),
        .target(name: "CCrypto"),
        .target(name: "CSeccomp"),
        .target(name: "CTerminalRestore"),
        .target(name: "GolemEvents", swiftSettings: strict),
        .target(
            name: "GolemEngine",
            dependencies: ["GolemEvents", "CSQLite", "CMicrohttpd", "CLinux", "CCurl", "CXml2", "CCrypto", "CSeccomp"],
            swiftSettings: strict),
        .target(
            name: "GolemTUI",
            dependencies: ["GolemEvents", "CNcurses", "CTerminalRestore", "CLinux"],
            swiftSettings: strict),
        .executableTarget(
            name: "golem",
            dependencies: ["GolemEvents", "GolemEngine", "GolemTUI", "CLinux"],
            swiftSettings: strict),
        .executableTarget(
            name: "golem-bench",
            dependencies: ["GolemEvents", "GolemEngine", "GolemTUI"],
            path: "Benchmarks/golem-bench",
            swiftSettings: strict),
        .target(
            name: "GolemTestSupport",
            dependencies: ["GolemEvents", "GolemEngine", "CLinux"],
            path: "Tests/GolemTestSupport",
            swiftSettings: strict),
        .testTarget(
            name: "GolemEventsTests",
            dependencies: ["GolemEvents", "GolemTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "GolemEngineTests",
            dependencies: ["GolemEngine", "GolemEvents", "GolemTestSupport", "CLinux"],
            swiftSettings: strict),
        .testTarget(
            name: "GolemCommandTests",
            dependencies: ["golem", "GolemEngine", "GolemEvents", "GolemTUI", "GolemTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "GolemTUITests",
            dependencies: ["GolemTUI", "GolemEvents", "GolemTestSupport"],
            exclude: ["Goldens"],
            swiftSettings: strict),
        .testTarget(
            name: "GolemProcessTests",
            dependencies: ["golem", "GolemEngine", "GolemTestSupport", "CLinux"],
            swiftSettings: strict),
    ]
)
