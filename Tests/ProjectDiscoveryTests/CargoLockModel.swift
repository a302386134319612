/// A lockfile as data, with what each member reaches found the plain way.
struct CargoLockModel {
    struct Package: Hashable {
        var name: String
        var version: String
        /// `nil` for a member.
        var checksum: String?
    }

    /// What each package uses, by place in `packages`.
    var packages: [Package] = []
    var uses: [Set<Int>] = []
    static let registry = "registry+https://example.invalid/index"

    var members: [Int] { packages.indices.filter { packages[$0].checksum == nil } }

    /// Three to five members and up to twelve packages, of which some have two versions. Packages may use each other in
    /// circles, as those with dev-dependencies do.
    init(_ random: inout SeededNumbers) {
        for number in 0..<Int.random(in: 3...5, using: &random) { add(Package(name: "m\(number)", version: "0.1.0")) }
        for number in 0..<Int.random(in: 2...8, using: &random) {
            add(Package(name: "x\(number)", version: "1.0.0", checksum: "1"))
            if random.chance(30) { add(Package(name: "x\(number)", version: "2.0.0", checksum: "2")) }
        }
        for number in packages.indices {
            let isMember = packages[number].checksum == nil
            for target in packages.indices where target != number && random.chance(isMember ? 25 : 15) {
                // Members use earlier members only, and nothing from elsewhere uses them.
                if packages[target].checksum == nil, !isMember || target > number { continue }
                uses[number].insert(target)
            }
        }
    }

    private mutating func add(_ package: Package) {
        packages.append(package)
        uses.append([])
    }

    /// Changes one thing.
    mutating func edit(_ random: inout SeededNumbers) {
        let number = Int.random(in: 0..<packages.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0 where packages[number].checksum != nil: packages[number].checksum?.append("x")
        case 1 where packages[number].checksum != nil: packages[number].version += ".1"
        case 2:
            if let used = uses[number].sorted().randomElement(using: &random) { uses[number].remove(used) }
        default:
            let target = Int.random(in: 0..<packages.count, using: &random)
            if packages[target].checksum != nil, target != number { uses[number].insert(target) }
        }
    }

    /// Everything from outside that the member reaches without passing another one: packages and edges, as text.
    func reached(from member: Int) -> Set<String> {
        var found: Set<String> = [], seen: Set<Int> = [member], pending = [member]
        while let next = pending.popLast() {
            for target in uses[next] where packages[target].checksum != nil {
                let one = packages[next], other = packages[target]
                found.insert("\(one.checksum == nil ? "" : one.name + one.version) -> \(other.name) \(other)")
                if seen.insert(target).inserted { pending.append(target) }
            }
        }
        return found
    }

    /// The lockfile as cargo writes it.
    var text: String {
        var text = "version = 4\n"
        for (number, package) in packages.enumerated() {
            text += "\n[[package]]\nname = \"\(package.name)\"\nversion = \"\(package.version)\"\n"
            if let checksum = package.checksum {
                text += "source = \"\(CargoLockModel.registry)\"\nchecksum = \"\(checksum)\"\n"
            }
            if uses[number].isEmpty { continue }
            text += "dependencies = [\n"
            for target in uses[number].sorted() {
                let other = packages[target]
                let isUnique = packages.filter { $0.name == other.name }.count == 1
                text += " \"\(other.name)\(isUnique ? "" : " \(other.version)")\",\n"
            }
            text += "]\n"
        }
        return text
    }

    /// Manifests that go with it, and the lockfile.
    var files: [String: String] {
        var files = ["Cargo.lock": text]
        let names = members.map { packages[$0].name }
        files["Cargo.toml"] = "[workspace]\nmembers = [\(names.map { "\"\($0)\"" }.joined(separator: ", "))]\n"
        for member in members {
            let lines = uses[member].sorted().enumerated().map { place, target in
                let other = packages[target]
                return other.checksum == nil
                    ? "\(other.name) = { path = \"../\(other.name)\" }"
                    : "d\(place) = { package = \"\(other.name)\", version = \"\(other.version)\" }"
            }
            files["\(packages[member].name)/Cargo.toml"] = crate(
                packages[member].name, "[dependencies]\n" + lines.joined(separator: "\n"))
        }
        return files
    }
}
