/// A vendor/modules.txt: which module, at which version, each vendored package is of.
///
/// Format: the Go Modules Reference, "Vendoring" (Go 1.25). Lines that begin with `# ` name a module, those with `## ` say
/// more of it, and the others name its packages.
struct GoVendorList: Sendable {
    struct Module: Sendable {
        var path: String
        /// The lines that say what it is, without the packages.
        var text: String
        var line: Int
    }

    private var modules: [String: Module] = [:]

    /// Any bytes are safe to pass: what is no line of the format counts for the module above it.
    init(parsing bytes: [UInt8]) {
        var current: String?, number = 0
        for raw in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let line = String(decoding: raw, as: UTF8.self)
            let words = line.split { " \t\r".contains($0) }
            guard let first = words.first, first.hasPrefix("#") else { continue }
            if first == "#", words.count > 1 {
                let path = String(words[1])
                current = path
                // A replacement of all versions stands once more at the end.
                modules[path, default: Module(path: path, text: "", line: number)].text += line + "\n"
            } else if let current {
                modules[current]?.text += line + "\n"
            }
        }
    }

    /// The module that provides a package.
    func module(of package: String) -> Module? {
        var path = Substring(package)
        while true {
            if let found = modules[String(path)] { return found }
            guard let slash = path.lastIndex(of: "/") else { return nil }
            path = path[..<slash]
        }
    }
}
