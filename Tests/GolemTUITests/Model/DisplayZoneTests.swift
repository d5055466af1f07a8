// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct DisplayZoneTests {
    /// Central Europe around the change of March 2026.
    private static let zurich = DisplayZone(periods: [
        DisplayZone.Period(start: 1_761_440_400, offset: 3_600, name: "CET"),
        DisplayZone.Period(start: 1_774_746_000, offset: 7_200, name: "CEST"),
    ])

    @Test func `A zone has the offset that holds at each time`() {
        let winter = Timestamp(microseconds: 1_774_745_999_500_000)
        let summer = Timestamp(microseconds: 1_774_746_000_000_000)
        #expect(Self.zurich.zonedClock(winter) == "01:59:59 CET")
        #expect(Self.zurich.zonedClock(summer) == "03:00:00 CEST")
        #expect(Self.zurich.preciseClock(winter) == "01:59:59.500")
        #expect(Self.zurich.stamp(summer) == "2026-03-29 03:00:00.000 CEST")
        #expect(DisplayZone.utc.zonedClock(summer) == "01:00:00Z")
        #expect(DisplayZone.utc.stamp(summer) == summer.rfc3339)
        #expect(DisplayZone.utc.preciseClock(Timestamp(microseconds: -1)) == "23:59:59.999")
    }

    @Test func `Local times are switched on in all views at once`() {
        var console = Operator(localZone: Self.zurich)
        let utc = console.row(1)
        console.type(":set tz local")
        console.press(.enter)
        #expect(console.row(23).contains("times are CET in all views"))
        #expect(console.row(1).contains(" CET "))
        console.type("9")
        #expect(console.text.contains("TIME (CET)"))
        console.type(":set tz utc")
        console.press(.enter)
        #expect(console.text.contains("TIME (UTC)") && console.row(1) == utc)
    }
}
