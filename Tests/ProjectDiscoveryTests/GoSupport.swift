import GitObjects
import WorkspaceModel

@testable import ProjectDiscovery

/// What the Go adapter finds in `files`.
func discoverGo(_ files: [String: String]) throws -> Discovery {
    let tree = SourceTree.inMemory(files)
    return try GoAdapter.discover(in: tree, scan: try ManifestScan.walk(tree), cache: ParsedGoCache())
}

/// A workspace of Go modules from a seed: packages that import earlier ones, within a module and across.
enum GoShapes {
    static func random(_ random: inout SeededNumbers) -> [String: String] {
        let isWorkspace = random.chance(50)
        let count = Int.random(in: 1...3, using: &random)
        var files: [String: String] = [:], packages: [(module: Int, path: String)] = []
        var used: [Set<Int>] = []
        for number in 0..<count {
            used.append([])
            for place in 0..<Int.random(in: 2...5, using: &random) {
                let isMain = random.chance(40)
                let below = isMain ? "cmd/c\(place)" : random.chance(30) ? "internal/p\(place)/deep" : "p\(place)"
                // Another module's internal packages cannot be imported.
                let known = packages.filter { $0.module == number || !$0.path.contains("internal") }
                func imports(_ random: inout SeededNumbers) -> String {
                    let chosen = known.filter { _ in random.chance(35) }
                    for one in chosen where one.module != number { used[number].insert(one.module) }
                    let lines = chosen.map { "\t_ \"example.com/m\($0.module)/\($0.path)\"\n" }
                    return "import (\n\t_ \"strings\"\n\(lines.joined()))\n"
                }
                let name = isMain ? "main" : "p"
                let body = isMain ? "func main() {}\n" : "func F() {}\n"
                let directory = "m\(number)/\(below)"
                files["\(directory)/a.go"] = "package \(name)\n\n\(imports(&random))\n\(body)"
                if random.chance(40) {
                    files["\(directory)/b.go"] = "package \(name)\n\n\(imports(&random))\n"
                }
                if random.chance(40) {
                    files["\(directory)/a_test.go"] = "package \(name)\n\n\(imports(&random))\n"
                }
                if !isMain { packages.append((number, below)) }
            }
        }
        for number in 0..<count {
            var text = "module example.com/m\(number)\n\ngo 1.18\n"
            var targets = used[number], pending = Array(targets)
            // Without a workspace a go.mod lists what its modules need too.
            while let next = pending.popLast() {
                for target in used[next] where targets.insert(target).inserted { pending.append(target) }
            }
            for target in targets.sorted() {
                text += "require example.com/m\(target) v0.0.0\n"
                if !isWorkspace { text += "replace example.com/m\(target) => ../m\(target)\n" }
            }
            files["m\(number)/go.mod"] = text
        }
        if isWorkspace {
            files["go.work"] = "go 1.18\n\nuse (\n\((0..<count).map { "\t./m\($0)\n" }.joined()))\n"
        }
        return files
    }
}
