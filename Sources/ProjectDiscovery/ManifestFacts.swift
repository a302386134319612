/// What a go.mod says of its module's place among others.
package struct GoModuleFacts: Sendable {
    package let module: String
    /// The paths of required modules, with their lines.
    package let requirements: [(path: String, line: Int)]

    /// `nil` when the file cannot be read or names no module.
    package init?(parsing bytes: [UInt8]) {
        guard let file = try? GoModFile(parsing: bytes), let module = file.module else { return nil }
        self.module = module
        requirements = file.requirements.map { ($0.path, $0.line) }
    }
}

/// What a Cargo.toml says of the names that code uses.
package struct CrateFacts: Sendable {
    /// The name of the library as code writes it.
    package let libraryName: String
    /// The names by which the crate's code calls what its manifest declares, each with the declared package.
    package let dependencies: [String: String]

    /// `nil` when the file cannot be read or holds no package.
    package init?(parsing bytes: [UInt8]) {
        guard let document = try? TOMLDocument(parsing: bytes), let manifest = try? CrateManifest(parsing: bytes),
            let package = manifest.package
        else { return nil }
        libraryName = CrateFacts.identifier(document.root["lib"]?.table?["name"]?.string ?? package.name)
        dependencies = Dictionary(
            manifest.dependencies.map { (CrateFacts.identifier($0.key), $0.package) },
            uniquingKeysWith: { one, _ in one }
        )
    }

    /// The name of a package as code writes it.
    package static func identifier(_ name: String) -> String { name.replacing("-", with: "_") }
}
