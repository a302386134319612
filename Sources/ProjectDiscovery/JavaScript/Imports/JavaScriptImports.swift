/// The modules that one JavaScript or TypeScript file names, in the order of the file.
///
/// Read from the text alone: ECMAScript 2025, TypeScript 5 and JSX. Written by hand, because no library here reads
/// JavaScript and Ripple runs no program to plan. Where the text cannot be told apart with certainty (an unfinished
/// template, a bracket that nothing closes), what looks like an import anywhere in it counts too: rather one too many.
struct JavaScriptImports: Sendable, Hashable {
    struct Import: Sendable, Hashable {
        /// The module's name as written, with escapes resolved; `nil` when the program computes it.
        var specifier: String?
        var kind: Kind
        /// Counted from 1.
        var line: Int
    }

    enum Kind: String, Sendable, Hashable, CaseIterable {
        /// `import x from "m"`, `import { x } from "m"`, `import * as x from "m"`.
        case binding
        /// `import "m"`.
        case sideEffect
        /// `export * from "m"`, `export { x } from "m"`.
        case reexport
        /// `import type` and `export type`, and `import("m")` in a JSDoc type: nothing of it is left when the program runs.
        case typeOnly
        /// `import("m")`, also where TypeScript reads it as a type.
        case dynamic
        /// `require("m")`.
        case require
        /// `require.resolve("m")` and `import.meta.resolve("m")`.
        case resolve
        /// `import x = require("m")`.
        case importEquals
        /// `/// <reference path="m" />`: always a path, also without `./`.
        case referencePath
        /// `/// <reference types="m" />`.
        case referenceTypes
    }

    /// How a file's text is to be read.
    enum Dialect: Sendable, Hashable {
        /// JavaScript with or without JSX, and .tsx.
        case jsx
        /// TypeScript, in which `<` begins a type.
        case typeScript
        /// A file with script blocks in markup: .vue, .svelte, .astro.
        case component
    }

    var imports: [Import] = []
    /// False when the text could not be followed to its end, so that imports may be listed that are none.
    var isCertain = true

    /// The dialect of the file called `name`, by its extension; `nil` when it is no source file.
    static func dialect(of name: some Collection<UInt8>) -> Dialect? {
        let text = Array(name.suffix(8))
        guard let dot = text.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        switch String(decoding: text[(dot + 1)...], as: UTF8.self) {
        case "js", "jsx", "mjs", "cjs", "tsx": return .jsx
        case "ts", "mts", "cts": return .typeScript
        case "vue", "svelte", "astro": return .component
        default: return nil
        }
    }

    /// Every module that `bytes` names. Any bytes are safe; the cost is linear in their number.
    static func scan(_ bytes: [UInt8], as dialect: Dialect = .jsx) -> JavaScriptImports {
        let found: ImportScanner.Found
        if dialect == .component {
            found = ComponentScripts.scan(bytes)
        } else {
            found = ImportScanner.scan(bytes, range: 0..<bytes.count, readsJSX: dialect == .jsx)
        }
        return JavaScriptImports(imports: lined(found.imports, bytes), isCertain: found.isCertain)
    }

    /// Puts the imports in order, each once, with the lines of their offsets.
    static func lined(_ found: [ImportScanner.FoundImport], _ bytes: [UInt8]) -> [Import] {
        var imports: [Import] = []
        imports.reserveCapacity(found.count)
        var lines = LineCounter(bytes), last: Int?
        for entry in found.sorted(by: { ($0.offset, $0.kind.rawValue) < ($1.offset, $1.kind.rawValue) })
        where entry.offset != last {
            last = entry.offset
            imports.append(Import(specifier: entry.specifier, kind: entry.kind, line: lines.line(at: entry.offset)))
        }
        return imports
    }
}

/// Counts lines up to places in a text that are asked for in ascending order, so that the text is read once.
struct LineCounter {
    private let bytes: [UInt8]
    private var line = 1, position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The line of a place in the text, from 1.
    mutating func line(at offset: Int) -> Int {
        while position < offset {
            if bytes[position] == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
        return line
    }
}
