// swift-tools-version: 6.1
import PackageDescription

// The same settings as the product. No dependencies: what measures must not share the faults of what is measured.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "ripple-benchmarks",
    products: [.executable(name: "ripple-bench", targets: ["ripple-bench"])],
    targets: [
        .target(name: "CLinuxProcess"),
        .executableTarget(name: "ripple-bench", dependencies: ["CLinuxProcess"], swiftSettings: settings),
    ]
)
