/// Commits made at random from a seed, written by one `git fast-import`.
package struct RandomHistory {
    /// What lies at a path.
    package struct Item: Equatable {
        package var mode: String
        /// The content; the commit's id of a submodule.
        package var content: String

        package init(mode: String = "100644", content: String) {
            self.mode = mode
            self.content = content
        }
    }

    package typealias Files = [String: Item]

    package var random: SeededRandom
    private var stream = ""
    private var count = 0
    private var seconds = 1_700_000_000

    package init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    private static let directories = ["", "lib/", "lib/sub/", "app/", "app/x/", "lib2/", "deep/er/est/"]
    private static let names = ["a", "b", "c.txt", "d", "lib", "x", "a-b", "ü \"q\""]

    private mutating func path() -> String { random.pick(Self.directories) + random.pick(Self.names) }

    /// Ten lines that are told from those of another file, so that renames are found and edits meet or miss each other.
    private mutating func text() -> String {
        let name = random.below(1000)
        return (0..<10).map { "line \($0) of \(name)\n" }.joined()
    }

    private mutating func item() -> Item {
        switch random.below(12) {
        case 0: Item(mode: "120000", content: random.pick(["a", "lib", "../x"]))
        case 1: Item(mode: "100755", content: text())
        case 2: Item(mode: "160000", content: String(repeating: random.pick(["1", "2", "3"]), count: 40))
        case 3: Item(mode: "100644", content: random.pick(["", "same\n"]))
        default: Item(mode: "100644", content: text())
        }
    }

    /// Sets a path, removing what stands in its way.
    private func set(_ path: String, _ item: Item, in files: inout Files) {
        for other in files.keys where other.hasPrefix(path + "/") || path.hasPrefix(other + "/") { files[other] = nil }
        files[path] = item
    }

    package mutating func files() -> Files {
        var files: Files = [:]
        for _ in 0..<3 + random.below(14) { set(path(), item(), in: &files) }
        return files
    }

    /// Changes some of the files as people do.
    package mutating func edit(_ files: inout Files, _ times: Int) {
        for _ in 0..<times {
            let paths = files.keys.sorted()
            guard !paths.isEmpty else { return set(path(), item(), in: &files) }
            let path = random.pick(paths), item = files[path] ?? self.item()
            switch random.below(14) {
            case 0, 1, 2:
                var lines = item.content.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                guard lines.count > 2, item.mode.hasPrefix("100") else { continue }
                lines[random.below(lines.count - 1)] += random.pick([" one", " two"])
                files[path]?.content = lines.joined(separator: "\n")
            case 3: files[path] = nil
            case 4, 5: set(self.path(), self.item(), in: &files)
            case 6, 7:
                files[path] = nil
                set(self.path(), item, in: &files)
            case 8, 9:
                // A whole directory goes elsewhere.
                guard let slash = path.lastIndex(of: "/") else { continue }
                let old = String(path[...slash]), new = random.pick(["moved/", "lib/", "app/y/", "lib2/"])
                if new.hasPrefix(old) || old.hasPrefix(new) { continue }
                for (name, item) in files.filter({ $0.key.hasPrefix(old) }).sorted(by: { $0.key < $1.key }) {
                    files[name] = nil
                    set(new + name.dropFirst(old.count), item, in: &files)
                }
            case 10:
                // A file becomes a directory, or a directory a file.
                if let slash = path.lastIndex(of: "/"), random.once(in: 2) {
                    set(String(path[..<slash]), item, in: &files)
                } else {
                    set(path + "/below", item, in: &files)
                }
            case 11 where item.mode.hasPrefix("100"):
                files[path]?.mode = item.mode == "100644" ? "100755" : "100644"
            case 12: files[path] = self.item()
            default: if let slash = path.lastIndex(of: "/") { set(path[...slash] + "new", self.item(), in: &files) }
            }
        }
    }

    /// Adds a commit with these files and returns its mark.
    package mutating func commit(_ files: Files, parents: [Int] = [], on reference: String? = nil, seconds: Int? = nil)
        -> Int
    {
        count += 1
        self.seconds += 1
        // Without parents a reference must be new: fast-import else takes its tip for the parent.
        let name = reference ?? "refs/heads/c\(count)"
        stream += "reset \(name)\n\ncommit \(name)\nmark :\(count)\n"
        stream += "committer A <a@example.invalid> \(seconds ?? self.seconds) +0000\ndata 0\n"
        for (number, parent) in parents.enumerated() { stream += "\(number == 0 ? "from" : "merge") :\(parent)\n" }
        stream += "deleteall\n"
        for (path, item) in files.sorted(by: { $0.key < $1.key }) {
            let quoted = path.utf8.map {
                "\\" + String(repeating: "0", count: 3 - String($0, radix: 8).count) + String($0, radix: 8)
            }
            if item.mode == "160000" {
                stream += "M 160000 \(item.content) \"\(quoted.joined())\"\n"
            } else {
                stream +=
                    "M \(item.mode) inline \"\(quoted.joined())\"\ndata \(item.content.utf8.count)\n\(item.content)\n"
            }
        }
        return count
    }

    /// A history of `count` commits, many of them merges; the clocks of some are wrong.
    package mutating func graph(_ count: Int) -> [Int] {
        var marks: [Int] = []
        for number in 0..<count {
            var parents: [Int] = []
            if !marks.isEmpty, !random.once(in: 25) {
                for _ in 0..<1 + (random.once(in: 3) ? 1 + random.below(2) : 0) {
                    // Mostly what came lately.
                    let parent = marks[marks.count - 1 - random.below(min(marks.count, random.once(in: 4) ? 30 : 4))]
                    if !parents.contains(parent) { parents.append(parent) }
                }
            }
            let seconds = random.once(in: 5) ? 1_700_000_000 + random.below(60) : nil
            marks.append(
                commit(["f": Item(mode: "100644", content: "\(number)\n")], parents: parents, seconds: seconds))
        }
        return marks
    }

    /// Writes everything into the repository; the ids of the commits, by mark.
    package func write(to git: GitSandbox) throws -> [Int: String] {
        let marks = git.folder + "/marks"
        try git.git(["fast-import", "--quiet", "--export-marks=" + marks], input: Array(stream.utf8))
        var ids: [Int: String] = [:]
        for line in try git.text(of: marks).split(separator: "\n") {
            let words = line.split(separator: " ")
            if let mark = Int(words[0].dropFirst()) { ids[mark] = String(words[1]) }
        }
        return ids
    }
}
