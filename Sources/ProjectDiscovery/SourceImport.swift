/// One module that a source file names, whatever its language.
package struct SourceImport: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// Counts whenever the file is used.
        case plain
        /// Nothing of it is left when the program runs: TypeScript's `import type`, Python's `if TYPE_CHECKING`.
        case typeOnly
        /// The file goes on without the module: `try: import x`, `#if canImport(X)`.
        case conditional
        /// A name that the program hands to its loader as a literal: `require("m")`, `import_module("m")`.
        case dynamic
        /// Inside code that only tests compile: Rust's `#[cfg(test)]`.
        case test
        /// An example in a documentation comment.
        case documentation
    }

    /// As written, in the terms of the language.
    package var name: String
    /// What is taken from the module by name, where the language may mean further modules by that; in order.
    package var members: [String]
    package var kind: Kind
    /// Counted from 1.
    package var line: Int
    /// Whether it stands inside a function or another block, which may never run. Told for Python only.
    package var isNested = false

    package init(_ name: String, members: [String] = [], kind: Kind = .plain, line: Int) {
        self.name = name
        self.members = members
        self.kind = kind
        self.line = line
    }
}

extension SourceImport {
    /// The imports of a .go file, in order.
    package static func go(_ bytes: [UInt8]) -> [SourceImport] {
        let source = GoSource(scanning: bytes)
        let kind: Kind = source.isIgnored ? .conditional : .plain
        return source.imports.map { SourceImport($0.path, kind: kind, line: $0.line) }
    }

    /// Whether `name` is a file whose imports `javaScript` reads.
    package static func isJavaScript(_ name: some Collection<UInt8>) -> Bool {
        JavaScriptImports.dialect(of: name) != nil
    }

    /// The modules that a JavaScript or TypeScript file called `name` names literally, in order. Where its text could not
    /// be followed to the end all of them are conditional, since some may be none.
    package static func javaScript(_ bytes: [UInt8], name: some Collection<UInt8>) -> [SourceImport] {
        guard let dialect = JavaScriptImports.dialect(of: name) else { return [] }
        let found = JavaScriptImports.scan(bytes, as: dialect)
        return found.imports.compactMap { entry in
            guard let specifier = entry.specifier else { return nil }
            let kind: Kind
            switch entry.kind {
            case .binding, .sideEffect, .reexport, .importEquals: kind = .plain
            case .typeOnly, .referenceTypes: kind = .typeOnly
            case .dynamic, .require: kind = .dynamic
            // Where a module is looked for is not said: it may be there or not.
            case .resolve: kind = .conditional
            case .referencePath:
                // Always a path, also without a leading dot.
                let path = specifier.hasPrefix(".") || specifier.hasPrefix("/") ? specifier : "./" + specifier
                return SourceImport(path, kind: .typeOnly, line: entry.line)
            }
            return SourceImport(specifier, kind: found.isCertain ? kind : .conditional, line: entry.line)
        }
    }
}
