internal import Dispatch
internal import GitObjects
internal import Glibc

/// The part of a scan that several threads share: directories are listed, tracked files are compared by stat data.
///
/// Works level by level: the directories of one level are dealt out to the threads, and what they find becomes the next
/// level. It touches nothing but the index's memory map and the disk; everything that needs the repository or its rules
/// of conversion is handed back as a finding.
struct DirectoryScan: Sendable {
    let rootDescriptor: Int32
    let index: IndexFile.View?
    let check: StatCheck

    /// One directory to scan.
    struct Job: Sendable {
        let path: RepoPath
        /// The index entries below it.
        let entries: Range<Int>
        /// The rules that hold in the directory above.
        let rules: IgnoreRules
        /// Whether it was found as an untracked directory, which may turn out to be a repository.
        let isUntracked: Bool
    }

    /// A name in a directory that takes more than stat data to judge.
    struct Irregular: Sendable {
        let name: [UInt8]
        /// Its entry as a file, if the index has one.
        let file: Int?
        /// Its entries as a directory, if the index has some.
        let directory: Range<Int>?
    }

    /// What one thread found.
    struct Findings: Sendable {
        /// Tracked files whose stat data differ or are racy.
        var suspects: [(entry: Int, status: stat)] = []
        /// Files and links that are neither tracked nor ignored.
        var untracked: [RepoPath] = []
        var irregular: [(directory: RepoPath, rules: IgnoreRules, name: Irregular)] = []
        /// Untracked directories with a `.git` inside; the rules are those of the directory above.
        var repositories: [Job] = []
        /// Directories that were there when they were listed and could not be opened.
        var unopened: [(job: Job, error: Int32)] = []
        var next: [Job] = []

        mutating func append(_ other: Findings) {
            suspects += other.suspects
            untracked += other.untracked
            irregular += other.irregular
            repositories += other.repositories
            unopened += other.unopened
            next += other.next
        }
    }

    /// Scans the directories and all below them. The order of the findings is not fixed.
    func run(_ jobs: [Job]) -> Findings {
        var all = Findings()
        var level = jobs
        while !level.isEmpty {
            var found = scan(level)
            level = found.next
            found.next = []
            all.append(found)
        }
        return all
    }

    /// Fewer directories than this are not worth a second thread.
    private static let shareable = 16

    private func scan(_ level: [Job]) -> Findings {
        let threads = level.count < DirectoryScan.shareable ? 1 : min(16, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        guard threads > 1 else {
            var worker = ScanWorker(scan: self)
            for job in level { worker.scan(job) }
            return worker.found
        }
        // Small shares, because directories differ in size; each share's findings have a place of their own.
        let share = max(1, min(64, level.count / (threads * 4)))
        let count = (level.count + share - 1) / share
        var results = [Findings](repeating: Findings(), count: count)
        results.withUnsafeMutableBufferPointer { buffer in
            // Each iteration writes its own element, and all end before the call returns.
            nonisolated(unsafe) let buffer = buffer
            DispatchQueue.concurrentPerform(iterations: count) { number in
                var worker = ScanWorker(scan: self)
                for job in level[number * share..<min(level.count, (number + 1) * share)] { worker.scan(job) }
                buffer[number] = worker.found
            }
        }
        var all = Findings()
        for result in results { all.append(result) }
        return all
    }

    /// Opens a directory below the root without following a link at its end, whatever the length of its path.
    func open(_ path: RepoPath) -> Int32 {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        if path.isRoot { return openat(rootDescriptor, ".", flags) }
        // The kernel takes no path of PATH_MAX or more, so a longer one is walked in pieces.
        guard path.bytes.count >= 4000 else { return withName(path.bytes[...]) { openat(rootDescriptor, $0, flags) } }
        var descriptor = dup(rootDescriptor)
        for component in path.components {
            guard descriptor >= 0 else { return -1 }
            let below = withName(component) { openat(descriptor, $0, flags) }
            let code = errno
            close(descriptor)
            errno = code
            descriptor = below
        }
        return descriptor
    }
}

/// One thread's work on its share of directories, with buffers that are used again.
private struct ScanWorker {
    let scan: DirectoryScan
    var found = DirectoryScan.Findings()
    private var children: [Child] = []
    private var seen: [Bool] = []
    /// Names without an entry in the index, one after the other, and the tracked directories that are there.
    private var names: [UInt8] = []
    private var others: [(start: Int, end: Int, type: UInt8)] = []
    private var directories: [Int] = []

    init(scan: DirectoryScan) {
        self.scan = scan
    }

    /// A name that the index knows in the directory: a file's entry, a subdirectory's entries, or in a conflict both.
    private struct Child {
        let name: UnsafeRawBufferPointer
        var file: Int?
        var directory: Range<Int>?
    }

    mutating func scan(_ job: DirectoryScan.Job) {
        let descriptor = scan.open(job.path)
        guard descriptor >= 0, let stream = fdopendir(descriptor) else {
            found.unopened.append((job, errno))
            if descriptor >= 0 { close(descriptor) }
            return
        }
        defer { closedir(stream) }
        list(job)
        names.removeAll(keepingCapacity: true)
        others.removeAll(keepingCapacity: true)
        directories.removeAll(keepingCapacity: true)
        seen.removeAll(keepingCapacity: true)
        seen.append(contentsOf: repeatElement(false, count: children.count))
        var hasRules = false, hasRepository = false
        while let entry = readdir(stream) {
            let type = entry.pointee.d_type
            withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                let text = UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self)
                let name = UnsafeRawBufferPointer(start: text, count: strlen(text))
                if name[0] == UInt8(ascii: ".") {
                    if name.count == 1 || (name.count == 2 && name[1] == UInt8(ascii: ".")) { return }
                    if strcmp(text, ".gitignore") == 0 { hasRules = true }
                    if strcmp(text, ".git") == 0 {
                        hasRepository = true
                        return
                    }
                }
                visit(name, text, type, descriptor, job)
            }
        }
        if hasRepository, job.isUntracked {
            found.repositories.append(job)
            return
        }
        var rules = job.rules
        if hasRules { rules.add(file: ".gitignore", in: descriptor, base: job.path) }
        conclude(job, rules)
    }

    /// The names that the index has in the directory, in the order of their bytes.
    private mutating func list(_ job: DirectoryScan.Job) {
        children.removeAll(keepingCapacity: true)
        guard let index = scan.index else { return }
        let depth = job.path.isRoot ? 0 : job.path.bytes.count + 1
        var at = job.entries.lowerBound, isSorted = true
        while at < job.entries.upperBound {
            let full = index.name(of: index.entries[at])
            let rest = UnsafeRawBufferPointer(rebasing: full[depth...])
            let child: Child
            if let start = rest.baseAddress, let slash = memchr(start, Int32(UInt8(ascii: "/")), rest.count) {
                let length = UnsafeRawPointer(slash) - start
                let prefix = UnsafeRawBufferPointer(rebasing: full[...(depth + length)])
                let end = index.end(ofPrefix: prefix, from: at, in: job.entries)
                child = Child(name: UnsafeRawBufferPointer(rebasing: rest[..<length]), file: nil, directory: at..<end)
                at = end
            } else {
                child = Child(name: rest, file: at, directory: nil)
                // Several stages of one unmerged path are one name.
                let isUnmerged = index.entries[at].flags.contains(.unmerged)
                repeat {
                    at += 1
                } while isUnmerged && at < job.entries.upperBound
                    && index.name(of: index.entries[at]).elementsEqual(full)
            }
            if let last = children.last, !precedes(last.name, child.name) { isSorted = false }
            children.append(child)
        }
        if !isSorted { sortChildren() }
    }

    /// Directories lie where a name with a slash at its end sorts. A conflict between a file and a directory leaves both.
    private mutating func sortChildren() {
        children.sort { precedes($0.name, $1.name) }
        var merged: [Child] = []
        for child in children {
            if let last = merged.last, last.name.elementsEqual(child.name) {
                merged[merged.count - 1].file = last.file ?? child.file
                merged[merged.count - 1].directory = last.directory ?? child.directory
            } else {
                merged.append(child)
            }
        }
        children = merged
    }

    private func position(of name: UnsafeRawBufferPointer) -> Int? {
        var low = 0, high = children.count
        while low < high {
            let middle = (low + high) / 2
            if precedes(children[middle].name, name) { low = middle + 1 } else { high = middle }
        }
        return low < children.count && order(children[low].name, name) == 0 ? low : nil
    }

    private mutating func visit(
        _ name: UnsafeRawBufferPointer, _ text: UnsafePointer<CChar>, _ type: UInt8, _ descriptor: Int32,
        _ job: DirectoryScan.Job
    ) {
        guard let at = position(of: name) else {
            let start = names.count
            names.append(contentsOf: name)
            others.append((start, names.count, type))
            return
        }
        guard let index = scan.index else { return }
        let child = children[at]
        if let file = child.file, child.directory == nil {
            let entry = index.entries[file]
            var status = stat()
            guard entry.flags.isPlain, index.mode(of: entry) != .submodule,
                fstatat(descriptor, text, &status, AT_SYMLINK_NOFOLLOW) == 0
            else { return }
            if scan.check.isClean(entry, status, index) {
                seen[at] = true
            } else if status.st_mode & S_IFMT != S_IFDIR {
                seen[at] = true
                found.suspects.append((file, status))
            }
        } else if child.file == nil, let entries = child.directory, type == UInt8(DT_DIR),
            index.mode(of: index.entries[entries.lowerBound]) != .directory
        {
            seen[at] = true
            directories.append(at)
        }
    }

    /// What is left once the directory and its own ignore file were read.
    private mutating func conclude(_ job: DirectoryScan.Job, _ rules: IgnoreRules) {
        for at in directories {
            guard let entries = children[at].directory else { continue }
            let path = job.path.appending(children[at].name)
            // Nothing untracked below an ignored directory counts, whatever the rules inside it say.
            let inner = rules.ignores(path, isDirectory: true) ? IgnoreRules.everything : rules
            found.next.append(
                DirectoryScan.Job(path: path, entries: entries, rules: inner, isUntracked: false))
        }
        for (at, child) in children.enumerated() where !seen[at] {
            // Absent, or something else than the index says; it is looked at again, by name.
            let name = DirectoryScan.Irregular(
                name: Array(child.name), file: child.file, directory: child.directory)
            found.irregular.append((job.path, rules, name))
        }
        for (start, end, type) in others {
            let path = job.path.appending(names[start..<end])
            switch Int(type) {
            case DT_DIR:
                if rules.ignores(path, isDirectory: true) { continue }
                found.next.append(
                    DirectoryScan.Job(path: path, entries: 0..<0, rules: rules, isUntracked: true))
            case DT_REG, DT_LNK:
                if !rules.ignores(path, isDirectory: false) { found.untracked.append(path) }
            case DT_UNKNOWN:
                let name = DirectoryScan.Irregular(name: Array(names[start..<end]), file: nil, directory: nil)
                found.irregular.append((job.path, rules, name))
            default: break
            }
        }
    }
}

/// The order of two names byte by byte: negative, zero or positive.
private func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    guard let one = left.baseAddress, let two = right.baseAddress else { return left.count - right.count }
    let order = memcmp(one, two, min(left.count, right.count))
    return order != 0 ? Int(order) : left.count - right.count
}

private func precedes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    order(left, right) < 0
}
