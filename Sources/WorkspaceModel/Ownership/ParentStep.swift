internal import Glibc

/// `../` in a text: what a relative path has that leads out of its directory.
package enum ParentStep {
    /// The offset of the first one at or after `start`; `nil` when there is none.
    package static func first(in bytes: [UInt8], from start: Int = 0) -> Int? {
        bytes.withUnsafeBytes { all in
            guard let base = all.baseAddress else { return nil }
            // Slashes are rare enough in source code to look at each.
            var position = start + 2
            while position < all.count,
                let hit = memchr(base + position, Int32(UInt8(ascii: "/")), all.count - position)
            {
                let slash = base.distance(to: UnsafeRawPointer(hit))
                if all[slash - 1] == UInt8(ascii: "."), all[slash - 2] == UInt8(ascii: ".") { return slash - 2 }
                position = slash + 1
            }
            return nil
        }
    }
}
