internal import GitObjects

/// Parsed files of one kind, by the id of their content and whatever else decides what is made of it.
///
/// A failure to understand a file is a value, and is remembered too.
struct ParsedFiles<Key: Hashable, Value, Problem: Error> {
    private var known: [Key: Result<Value, Problem>] = [:]

    /// How many files were parsed: the cost of discovery, for benchmarks and tests.
    var count: Int { known.count }

    /// What `parse` makes of the content, which is read when it is asked for first.
    mutating func result(
        for key: Key, of id: ObjectID, in objects: ObjectStore, _ parse: ([UInt8]) throws(Problem) -> Value
    ) throws(GitError) -> Result<Value, Problem> {
        if let known = known[key] { return known }
        let bytes = try objects.blob(id)
        let result = Result { () throws(Problem) in try parse(bytes) }
        known[key] = result
        return result
    }
}

extension ParsedFiles where Key == ObjectID {
    mutating func result(
        of id: ObjectID, in objects: ObjectStore, _ parse: ([UInt8]) throws(Problem) -> Value
    ) throws(GitError) -> Result<Value, Problem> {
        try result(for: id, of: id, in: objects, parse)
    }
}
