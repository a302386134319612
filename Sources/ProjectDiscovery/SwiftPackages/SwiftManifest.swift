/// What one Package.swift says, as far as it can be told without running it.
///
/// A manifest is a program. Both branches of every condition count, so that what is here is what the package may have
/// under any environment; what could not be told is named in `unknownPaths`, or makes `isComplete` false.
struct SwiftManifest: Sendable {
    /// A place in the manifest, and what to say of it.
    struct Note: Sendable, Hashable {
        var line: Int
        var message: String
    }

    enum ProductKind: String, Sendable, Hashable {
        case library, executable, plugin
    }

    struct Product: Sendable, Hashable {
        var kind: ProductKind
        var name: String
        var line: Int
    }

    enum TargetKind: String, Sendable, Hashable {
        case target, executableTarget, testTarget, macro, plugin, binaryTarget, systemLibrary
    }

    /// What a target uses, as written.
    enum Use: Sendable, Hashable {
        case target(String)
        case product(String, package: String?)
        /// A target, or else a product of that name.
        case byName(String)
        case plugin(String, package: String?)
        case unknown
    }

    struct Target: Sendable, Hashable {
        var kind: TargetKind
        /// `nil` when the manifest computes it in a way that is not followed here.
        var name: String?
        var uses: [Use]
        /// Where its sources are, relative to the package; `nil` for the usual place.
        var path: String?
        var line: Int
    }

    /// A package beside this one, by its path.
    struct LocalDependency: Sendable, Hashable {
        var path: String
        /// The name that older manifests give it.
        var name: String?
        var line: Int
        /// Whether some condition decides if it counts.
        var isConditional: Bool
    }

    var name: String?
    /// `5.9` as `[5, 9]`; empty when the manifest does not say.
    var toolsVersion: [Int] = []
    var products: [Product] = []
    var targets: [Target] = []
    /// Sorted by line.
    var localDependencies: [LocalDependency] = []
    /// Whether some package comes from elsewhere.
    var hasRemoteDependencies = false
    /// Texts that lead out of the package, such as the path of a binary target; relative to the package.
    var outsidePaths: [String] = []
    /// Whether all targets and what they use are known.
    var isComplete = true
    /// Whether a test target is written anywhere.
    var mentionsTests = false
    /// Paths of packages that cannot be told: any package may be meant.
    var unknownPaths: [Note] = []
    /// What was understood only in part, and costs nothing but precision.
    var notes: [Note] = []
}

/// Why a manifest cannot be read at all.
struct SwiftManifestProblem: Error, Hashable {
    var line: Int?
    var problem: String
}
