internal import Foundation

/// How much of a random space to search: little, so that the tests stay quick, or with RIPPLE_TEST_LONG=1 a lot.
package enum TestEffort {
    package static let isLong = ProcessInfo.processInfo.environment["RIPPLE_TEST_LONG"] == "1"

    package static func cases(_ usual: Int, long: Int) -> Int { isLong ? long : usual }
}
