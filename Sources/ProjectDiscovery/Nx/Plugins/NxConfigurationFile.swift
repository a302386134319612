internal import GitObjects

/// A configuration of a JavaScript tool, such as vite.config.ts, as far as it can be read without running it.
struct NxConfigurationFile: Sendable {
    /// A path or another text that the file sets.
    enum Text {
        case absent
        case known(String)
        case unknown
    }

    let path: RepoPath
    private let content: NxConfigurationText
    /// Whether it imports files of the repository, which may decide too.
    private let importsOwnFiles: Bool

    /// - Parameter packages: whether a name is that of a package in the workspace.
    init(path: RepoPath, content: NxConfigurationText, packages: (String) -> Bool) {
        self.path = path
        self.content = content
        importsOwnFiles = content.specifiers.contains { specifier in
            guard let specifier else { return true }
            if specifier.hasPrefix(".") { return !specifier.hasSuffix("/package.json") }
            return specifier.hasPrefix("/") || packages(ImportResolver.packageName(specifier))
        }
    }

    var name: String { String(decoding: path.lastComponent, as: UTF8.self) }

    func mentions(_ word: String) -> Bool { content.text.contains(word) }

    /// Relative paths in the file, as written, that lead out of its directory.
    var namedPaths: [String] { content.namedPaths }

    /// The setting under `keys`.
    ///
    /// - Parameter isWrapped: what functions of packages return is taken to have the settings that are written out, so that
    ///   a file which nowhere has the setting's name, and imports nothing of the repository, is one without it.
    func setting(_ keys: [String], isWrapped: Bool = true) -> JSSetting {
        // Perhaps assigned after it was written out.
        guard let last = keys.last, !content.assigns(last) else { return .unknown }
        let found = content.exports?.setting(keys) ?? .unknown
        if case .unknown = found, isWrapped, !importsOwnFiles, !mentions(last) { return .absent }
        return found
    }

    func text(_ keys: String..., isWrapped: Bool = true) -> Text {
        switch setting(keys, isWrapped: isWrapped) {
        case .absent: return .absent
        case .unknown: return .unknown
        case .known(let node):
            if case .null = node.value { return .absent }
            return node.string.map { .known($0) } ?? .unknown
        }
    }

    /// Whether there is such a setting; `nil` when code decides.
    func has(_ keys: String..., isWrapped: Bool = true) -> Bool? {
        switch setting(keys, isWrapped: isWrapped) {
        case .absent: return false
        case .unknown: return nil
        case .known(let node): return node.bool ?? true
        }
    }

    var exports: JSNode? { content.exports }

    /// Packages whose plugins for Vite leave alone where results lie and what is built.
    private static let plainPackages: Set<String> = [
        "vite", "vitest", "path", "fs", "url", "os", "process", "node:path", "node:fs", "node:url", "node:os",
        "node:process", "@vitejs/plugin-react", "@vitejs/plugin-react-swc", "@vitejs/plugin-vue",
        "@vitejs/plugin-vue-jsx", "@vitejs/plugin-basic-ssl", "@vitejs/plugin-legacy", "@nx/vite", "@nx/vitest",
        "vite-plugin-dts", "vite-tsconfig-paths", "vite-plugin-svgr", "vite-plugin-static-copy", "@tailwindcss/vite",
        "vite-plugin-checker", "vite-plugin-environment", "@types/node",
    ]

    /// Whether it uses packages that may set what the file does not: frameworks bring plugins for Vite that do.
    var usesFramework: Bool {
        content.specifiers.contains { specifier in
            guard let specifier else { return true }
            if specifier.hasPrefix(".") { return false }
            return !NxConfigurationFile.plainPackages.contains(ImportResolver.packageName(specifier))
        }
    }
}

/// The content of such a file, wherever it lies.
final class NxConfigurationText: Sendable {
    let text: String
    let exports: JSNode?
    /// The modules it names; `nil` for one that is computed.
    let specifiers: [String?]
    let namedPaths: [String]

    /// Bytes of a file that is read; a longer one is code as a whole.
    private static let sizeLimit = 1 << 20

    init(_ bytes: [UInt8], dialect: JavaScriptImports.Dialect?) {
        guard bytes.count <= NxConfigurationText.sizeLimit else {
            text = ""
            exports = nil
            specifiers = [nil]
            namedPaths = []
            return
        }
        text = String(decoding: bytes, as: UTF8.self)
        exports = JSModule.exports(of: bytes)
        specifiers = dialect.map { JavaScriptImports.scan(bytes, as: $0).imports.map(\.specifier) } ?? [nil]
        namedPaths = NxConfigurationText.namedPaths(bytes)
    }

    /// Words such as `../../jest.preset.js` and `<rootDir>/../x`.
    private static func namedPaths(_ bytes: [UInt8]) -> [String] {
        var found: Set<String> = []
        for word in bytes.split(whereSeparator: { " \t\r\n\"'`,;()[]{}".utf8.contains($0) })
        where word.count < 1024 && word.contains(UInt8(ascii: "/")) {
            var text = String(decoding: word, as: UTF8.self)[...]
            if text.hasPrefix("<rootDir>/") { text = text.dropFirst("<rootDir>/".count) }
            if text.hasPrefix("../") || text.contains("/../") { found.insert(String(text)) }
        }
        return found.sorted()
    }

    /// Whether a property of this name is given a value by a statement.
    func assigns(_ name: String) -> Bool {
        var rest = text[...]
        while let range = rest.firstRange(of: ".\(name)") {
            rest = rest[range.upperBound...]
            let after = rest.drop { $0 == " " }
            if after.hasPrefix("="), !after.hasPrefix("==") { return true }
        }
        return false
    }
}
