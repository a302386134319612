internal import Glibc

/// The names in one directory, sorted byte by byte, in one buffer.
struct DirectoryListing {
    private var names: [UInt8] = []
    private var entries: [(start: Int, end: Int)] = []

    init(_ stream: OpaquePointer) {
        while let entry = readdir(stream) {
            let start = names.count
            withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                names.append(contentsOf: bytes.prefix { $0 != 0 })
            }
            let name = names[start...]
            if name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) {
                names.removeSubrange(start...)
            } else {
                entries.append((start, names.count))
            }
        }
        let buffer = names
        entries.sort { buffer[$0.start..<$0.end].lexicographicallyPrecedes(buffer[$1.start..<$1.end]) }
    }

    var count: Int { entries.count }

    func name(_ index: Int) -> ArraySlice<UInt8> { names[entries[index].start..<entries[index].end] }

    func contains(_ name: StaticString) -> Bool {
        name.withUTF8Buffer { wanted in
            var low = 0, high = entries.count
            while low < high {
                let middle = (low + high) / 2
                if self.name(middle).lexicographicallyPrecedes(wanted) { low = middle + 1 } else { high = middle }
            }
            return low < entries.count && self.name(low).elementsEqual(wanted)
        }
    }
}
