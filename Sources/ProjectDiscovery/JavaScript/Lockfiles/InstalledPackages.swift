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

    /// - Parameter names: for every entry of the lockfile, in the order that numbers them, the name in its path
    ///   (`name(in:)`).
    init(_ names: [Substring?]) {
        for (number, name) in names.enumerated() {
            guard let name else { continue }
            let path = name.base
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
            if !InstalledPackages.isModules(directory), let index = holders[directory] { return index }
            guard !directory.isEmpty else { return nil }
            directory = InstalledPackages.above(directory)
        }
    }

    private static func isModules(_ directory: Substring) -> Bool {
        guard directory.utf8.last == UInt8(ascii: "s"), directory.hasSuffix("node_modules") else { return false }
        return directory.utf8.count == 12 || directory.hasSuffix("/node_modules")
    }

    private static func above(_ path: Substring) -> Substring {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[..<$0] } ?? ""
    }

    /// The name behind the last `node_modules/`; `nil` for a member of the workspace.
    static func name(in path: String) -> Substring? {
        let bytes = path.utf8
        guard
            let start = bytes.withContiguousStorageIfAvailable(nameStart)
                ?? Array(bytes).withUnsafeBufferPointer(nameStart)
        else { return nil }
        return path[bytes.index(bytes.startIndex, offsetBy: start)...]
    }

    /// The offset behind the last `node_modules/` that is a whole component.
    private static func nameStart(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        let marker: StaticString = "node_modules/"
        let slash = UInt8(ascii: "/")
        return marker.withUTF8Buffer { marker in
            var end = bytes.count
            while end >= marker.count {
                let start = end - marker.count
                if bytes[end - 1] == slash, start == 0 || bytes[start - 1] == slash,
                    bytes[start..<end].elementsEqual(marker)
                {
                    return end
                }
                end -= 1
            }
            return nil
        }
    }
}
