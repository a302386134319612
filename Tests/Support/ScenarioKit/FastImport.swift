internal import GitObjects

extension Scenario {
    /// The whole history as a stream for `git fast-import`; commit number N of `commits` has the mark N + 1.
    func fastImportStream() -> [UInt8] {
        var stream: [UInt8] = []
        func line(_ text: String) { stream += Array(text.utf8) + [UInt8(ascii: "\n")] }
        func data(_ bytes: [UInt8]) {
            line("data \(bytes.count)")
            stream += bytes + [UInt8(ascii: "\n")]
        }
        for (number, commit) in commits.enumerated() {
            line("commit refs/scenario/\(number)")
            line("mark :\(number + 1)")
            line("committer Scenario <scenario@example.invalid> \(1_700_000_000 + number * 60) +0000")
            data(Array(commit.label.utf8))
            for (position, parent) in commit.parents.enumerated() {
                line("\(position == 0 ? "from" : "merge") :\(parent + 1)")
            }
            line("deleteall")
            for (path, file) in commit.files.sorted(by: { $0.key < $1.key }) {
                line("M \(file.mode.octal) inline \(Scenario.quoted(path.bytes))")
                data(file.bytes)
            }
        }
        for (name, tip) in branches.sorted(by: { $0.key < $1.key }) {
            line("reset refs/heads/\(name)")
            line("from :\(tip + 1)")
            line("")
        }
        return stream
    }

    /// A path as git reads it in quotes: every byte that is no letter or digit in octal.
    private static func quoted(_ bytes: [UInt8]) -> String {
        var text = "\""
        for byte in bytes {
            let letter = byte | 0x20
            if (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
                || (UInt8(ascii: "-")...UInt8(ascii: "9")).contains(byte)
            {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 8)
                text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }
        }
        return text + "\""
    }
}
