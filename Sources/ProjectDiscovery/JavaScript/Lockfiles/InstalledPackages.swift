/// The `node_modules` directories of an npm lockfile, to find what a name means where Node does: in that of the using
/// package's own directory, or of the nearest directory above that has the name.
struct InstalledPackages {
    private struct Directory {
        /// The nearest one above.
        var parent: Int?
        /// The places of the entries in it, by name.
        var entries: [String: Int] = [:]
    }

    private var directories: [Directory] = []
    /// The directories that hold a `node_modules`, by path.
    private var holders: [Substring: Int] = [:]

    /// - Parameter paths: the path of every entry of the lockfile, in the order that numbers them.
    init(_ paths: [String]) {
        for (number, path) in paths.enumerated() {
            guard let name = InstalledPackages.name(in: path) else { continue }
            // What comes before `/node_modules/NAME`; nothing at the root.
            let marker = path.utf8.index(name.startIndex, offsetBy: -"node_modules/".utf8.count)
            let holder =
                marker == path.startIndex ? path[..<marker] : path[..<path.utf8.index(before: marker)]
            let index = holders[holder] ?? directories.count
            if index == directories.count {
                directories.append(Directory())
                holders[holder] = index
            }
            directories[index].entries[String(name)] = number
        }
        for (path, index) in holders where !path.isEmpty {
            directories[index].parent = nearest(from: InstalledPackages.above(path))
        }
    }

    /// The place of what `name` means in the package at `directory`, which is that of `package(at:)`.
    func find(_ name: String, from directory: Int?) -> Int? {
        var current = directory
        while let index = current {
            if let number = directories[index].entries[name] { return number }
            current = directories[index].parent
        }
        return nil
    }

    /// Where the search of the package at `path` begins.
    func start(of path: String) -> Int? { nearest(from: path[...]) }

    private func nearest(from path: Substring) -> Int? {
        var directory = path
        while true {
            // Node does not look into node_modules/node_modules.
            let isItself = directory == "node_modules" || directory.utf8.suffix(13).elementsEqual("/node_modules".utf8)
            if !isItself, let index = holders[directory] { return index }
            guard !directory.isEmpty else { return nil }
            directory = InstalledPackages.above(directory)
        }
    }

    private static func above(_ path: Substring) -> Substring {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[..<$0] } ?? ""
    }

    /// The name behind the last `node_modules/`; `nil` for a member of the workspace.
    static func name(in path: String) -> Substring? {
        let bytes = path.utf8
        var end = bytes.endIndex
        // The last component, or the last two of a name with a scope: each may follow a `node_modules`.
        while let slash = bytes[..<end].lastIndex(of: UInt8(ascii: "/")) {
            let before = bytes[..<slash]
            if before.suffix(12).elementsEqual("node_modules".utf8) {
                let start = bytes.index(slash, offsetBy: -12)
                if start == bytes.startIndex || bytes[bytes.index(before: start)] == UInt8(ascii: "/") {
                    return path[bytes.index(after: slash)...]
                }
            }
            end = slash
        }
        return nil
    }
}
