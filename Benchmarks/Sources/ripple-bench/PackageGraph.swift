/// Packages in layers, each depending only on layers below: what a grown repository looks like.
struct PackageGraph {
    /// For each package the packages it depends on, ascending. A package's number is higher than those of its dependencies.
    private(set) var dependencies: [[Int]] = []
    let layers: Int

    /// - Parameter fanOut: how many packages each one depends on, below the first layer.
    init(packages: Int, layers: Int, fanOut: Int, generator: inout SeededGenerator) {
        self.layers = layers
        let size = max(1, packages / layers)
        for number in 0..<packages {
            let layer = min(number / size, layers - 1)
            guard layer > 0 else {
                dependencies.append([])
                continue
            }
            var chosen = Set<Int>()
            // One from the layer right below, so that the graph is as deep as it has layers; the others from anywhere below.
            chosen.insert((layer - 1) * size + generator.below(size))
            while chosen.count < fanOut { chosen.insert(generator.below(layer * size)) }
            dependencies.append(chosen.sorted())
        }
    }

    var count: Int { dependencies.count }

    /// `numbers` and all that depend on them, directly or not.
    func dependents(of numbers: [Int]) -> Set<Int> {
        var found = Set(numbers)
        for number in dependencies.indices where dependencies[number].contains(where: { found.contains($0) }) {
            found.insert(number)
        }
        return found
    }
}
