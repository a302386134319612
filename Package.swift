// swift-tools-version: 6.1
import PackageDescription

// Every module uses the same settings: language mode 6 and the upcoming features that mode 7 will bring.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A module of the product. The table in ARCHITECTURE.md says what each owns and what it may import.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let swiftParser = Target.Dependency.product(name: "SwiftParser", package: "swift-syntax")
let swiftSyntax = Target.Dependency.product(name: "SwiftSyntax", package: "swift-syntax")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
    name: "ripple",
    products: [.executable(name: "ripple", targets: ["ripple"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-syntax", from: "603.0.1"),
    ],
    targets: [
        // MARK: Git

        .systemLibrary(name: "Libgit2System", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
        .target(name: "CLibgit2", dependencies: ["Libgit2System"]),
        module("GitObjects", ["CLibgit2", "Diagnostics", crypto]),

        module("ChangeDetection", ["GitObjects", "Diagnostics", "JSONText"]),

        // MARK: Foundations

        module("Diagnostics"),
        module("JSONText", ["Diagnostics"]),

        // MARK: Workspace

        module("WorkspaceModel", ["GitObjects", "Diagnostics", "ProjectGraph", yams]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        module(
            "ProjectDiscovery",
            [
                "CExpat", "WorkspaceModel", "GitObjects", "ProjectGraph", "Diagnostics", "JSONText", yams, toml,
                swiftParser, swiftSyntax,
            ]),
        module("ProjectGraph"),

        // MARK: Planning

        module("ContentAddressing", ["Diagnostics", "JSONText", crypto]),
        module(
            "AffectedAnalysis",
            ["ChangeDetection", "ContentAddressing", "Diagnostics", "GitObjects", "ProjectGraph", "WorkspaceModel"]),
        module(
            "BuildPlanning",
            [
                "AffectedAnalysis", "ChangeDetection", "ContentAddressing", "Diagnostics", "GitObjects", "ProjectGraph",
                "WorkspaceModel",
            ]),

        // MARK: Checking

        module(
            "WorkspaceChecks",
            [
                "AffectedAnalysis", "Diagnostics", "GitObjects", "JSONText", "ProjectDiscovery", "ProjectGraph",
                "WorkspaceModel",
            ]),

        // MARK: Execution

        .target(name: "CProcessGuard"),
        module("LocalStore", ["ContentAddressing", "Diagnostics", grdb]),
        module(
            "PlanExecution",
            [
                "AffectedAnalysis", "BuildPlanning", "CProcessGuard", "ContentAddressing", "Diagnostics", "GitObjects",
                "WorkspaceModel", subprocess, systemPackage,
            ]),

        // MARK: What people see

        module(
            "BuildReports",
            [
                "AffectedAnalysis", "BuildPlanning", "ChangeDetection", "ContentAddressing", "GitObjects", "JSONText",
                "PlanExecution", "WorkspaceChecks", "WorkspaceModel",
            ]),
        module("GraphView", ["AffectedAnalysis", "BuildReports", "JSONText", "ProjectGraph", "WorkspaceModel"]),

        // MARK: The program

        module(
            "RippleCommands",
            [
                "AffectedAnalysis", "BuildPlanning", "BuildReports", "CProcessGuard", "ChangeDetection",
                "ContentAddressing", "Diagnostics", "GitObjects", "GraphView", "JSONText", "LocalStore",
                "PlanExecution",
                "ProjectDiscovery", "ProjectGraph", "WorkspaceChecks", "WorkspaceModel", argumentParser,
            ]),
        .executableTarget(
            name: "ripple", dependencies: ["RippleCommands"], swiftSettings: settings,
            // So that libgit2 finds CLibgit2's definitions, which skip the parsing of certificates at every start.
            linkerSettings: [
                .unsafeFlags(
                    ["file", "path"].flatMap { ["-Xlinker", "--export-dynamic-symbol=mbedtls_x509_crt_parse_\($0)"] },
                    .when(platforms: [.linux]))
            ]),

        // MARK: Tests

        .target(
            name: "ScenarioKit",
            dependencies: ["AffectedAnalysis", "ChangeDetection", "GitObjects", "ProjectDiscovery", "WorkspaceModel"],
            path: "Tests/Support/ScenarioKit", swiftSettings: settings),
        .target(
            name: "GitOracle", dependencies: ["GitObjects"], path: "Tests/Support/GitOracle", swiftSettings: settings),
        .executableTarget(
            name: "guard-probe", dependencies: ["CProcessGuard"], path: "Tests/Support/GuardProbe",
            swiftSettings: settings),
        tests("JSONTextTests", ["JSONText"]),
        tests("ContentAddressingTests", ["ContentAddressing", "Diagnostics", "JSONText"]),
        tests("LocalStoreTests", ["ContentAddressing", "Diagnostics", "LocalStore", grdb]),
        tests("GitObjectsTests", ["Diagnostics", "GitObjects", "GitOracle"]),
        tests("ChangeDetectionTests", ["ChangeDetection", "Diagnostics", "GitObjects", "GitOracle", "JSONText"]),
        tests("WorkspaceModelTests", ["Diagnostics", "GitObjects", "WorkspaceModel"]),
        tests(
            "ProjectDiscoveryTests", ["Diagnostics", "GitObjects", "ProjectDiscovery", "ScenarioKit", "WorkspaceModel"]),
        tests(
            "WorkspaceChecksTests",
            ["GitObjects", "ProjectDiscovery", "WorkspaceChecks", "WorkspaceModel"]),
        tests(
            "PlanExecutionTests",
            ["ContentAddressing", "Diagnostics", "GitObjects", "PlanExecution", "WorkspaceModel", "guard-probe"]),
        tests(
            "AffectedAnalysisTests",
            [
                "AffectedAnalysis", "BuildPlanning", "ChangeDetection", "ContentAddressing", "Diagnostics",
                "GitObjects",
                "ProjectDiscovery", "WorkspaceModel",
            ]),
        tests("ScenarioTests", ["GitObjects", "ScenarioKit", "ripple"]),
        tests("EndToEndTests", ["ripple"]),
    ]
)
