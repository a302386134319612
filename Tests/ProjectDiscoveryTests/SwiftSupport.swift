import GitObjects
import WorkspaceModel

@testable import ProjectDiscovery

/// What the adapter for Swift packages finds in `files`.
func discoverSwift(_ files: [String: String], cache: ParsedSwiftCache = ParsedSwiftCache()) throws -> Discovery {
    let tree = SourceTree.inMemory(files)
    return try SwiftPackageAdapter.discover(in: tree, scan: try ManifestScan.walk(tree), cache: cache)
}

func swiftManifest(_ text: String) throws -> SwiftManifest { try SwiftManifest(parsing: Array(text.utf8)) }

/// The text of a small manifest: a library, the packages it uses by path, and its targets as they are written.
func swiftPackage(_ name: String, uses: [String] = [], targets: String? = nil, more: String = "") -> String {
    let products = uses.map { path in
        let package = path.split(separator: "/").last ?? ""
        return ".product(name: \"\(package)\", package: \"\(package)\")"
    }
    return """
        // swift-tools-version: 5.9
        import PackageDescription
        let package = Package(
            name: "\(name)",
            products: [.library(name: "\(name)", targets: ["\(name)"])],
            dependencies: [
                \(uses.map { ".package(path: \"\($0)\")," }.joined(separator: "\n        "))
            ],
            targets: [
                \(targets ?? ".target(name: \"\(name)\", dependencies: [\(products.joined(separator: ", "))])")
            ])
        \(more)
        """
}

extension SwiftManifest {
    /// What the manifest declares, one line each.
    var summary: Set<String> {
        var lines: Set<String> = []
        for product in products { lines.insert("product \(product.name) \(product.kind)") }
        for target in targets {
            lines.insert("target \(target.name ?? "?") \(target.kind)")
            for use in target.uses { lines.insert("\(target.name ?? "?") uses \(SwiftManifest.text(use))") }
        }
        for dependency in localDependencies { lines.insert("local \(dependency.path)") }
        return lines
    }

    private static func text(_ use: Use) -> String {
        switch use {
        case .target(let name): "target \(name)"
        case .product(let name, let package): "product \(name) of \(package ?? "?")"
        case .byName(let name): name
        case .plugin(let name, let package): "plugin \(name) of \(package ?? "?")"
        case .unknown: "something"
        }
    }
}
