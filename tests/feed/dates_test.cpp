// SPDX-License-Identifier: Apache-2.0
#include "feed/dates.hpp"

#include <gmock/gmock.h>

#include <string>

#include "base/time_format.hpp"

namespace tocsin::feed {
namespace {

struct Case {
  const char* text;
  const char* expected;  // RFC 3339, "" for no date
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.text;
}

std::string read(const char* text) {
  const auto time = parse_date(text);
  return time ? to_rfc3339(*time) : "";
}

class Dates : public testing::TestWithParam<Case> {};

TEST_P(Dates, AreReadAsMeant) {
  EXPECT_EQ(read(GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Rfc822, Dates,
    testing::Values(Case{"Thu, 01 Jan 2004 19:48:21 GMT", "2004-01-01T19:48:21.000Z"},
                    Case{"Sun, 6 Sep 2020 08:05 +0200", "2020-09-06T06:05:00.000Z"},
                    Case{"06 Sep 20 08:05:59 EST", "2020-09-06T13:05:59.000Z"},
                    Case{"Fri, 15 Sep 95 10:00:00 -0330", "1995-09-15T13:30:00.000Z"},
                    Case{"Mon,26 Jan 2004 16:31:00 EDT", "2004-01-26T20:31:00.000Z"},
                    Case{"Monday, 26 January 2004 16:31:00 UT", "2004-01-26T16:31:00.000Z"},
                    Case{"26-Jan-2004 16:31", "2004-01-26T16:31:00.000Z"},
                    Case{"Mon, 26 Jan 2004 24:00:00 GMT", "2004-01-27T00:00:00.000Z"},
                    Case{"Tue, 5 May 2020 10:00:00 GMT+2", "2020-05-05T08:00:00.000Z"},
                    Case{"Tue, 5 May 2020 10:00:00 +0000 (UTC)", "2020-05-05T10:00:00.000Z"},
                    Case{"Tue, 5 May 2020", "2020-05-05T00:00:00.000Z"}));

INSTANTIATE_TEST_SUITE_P(
    Iso8601, Dates,
    testing::Values(Case{"2003-12-31T10:14:55Z", "2003-12-31T10:14:55.000Z"},
                    Case{"2003-12-31T10:14:55.5-08:00", "2003-12-31T18:14:55.500Z"},
                    Case{"2003-12-31 10:14:55 +0100", "2003-12-31T09:14:55.000Z"},
                    Case{"2003-12-31T10:14", "2003-12-31T10:14:00.000Z"},
                    Case{"20031231T101455Z", "2003-12-31T10:14:55.000Z"},
                    Case{"20031231", "2003-12-31T00:00:00.000Z"},
                    Case{"2003-12", "2003-12-01T00:00:00.000Z"},
                    Case{"2003", "2003-01-01T00:00:00.000Z"},
                    Case{"2003-335", "2003-12-01T00:00:00.000Z"},
                    Case{"2009-W01-1", "2008-12-29T00:00:00.000Z"},
                    Case{"2020-13-05", "2020-05-13T00:00:00.000Z"},
                    Case{"2021-05-03T9:15:07Z", "2021-05-03T09:15:07.000Z"}));

INSTANTIATE_TEST_SUITE_P(
    OtherOrders, Dates,
    testing::Values(Case{"Sun Jan  4 16:29:06 PST 2004", "2004-01-05T00:29:06.000Z"},
                    Case{"Jan 4, 2004 4:29 PM", "2004-01-04T16:29:00.000Z"},
                    Case{"January 4, 2004 12:05 AM EST", "2004-01-04T05:05:00.000Z"},
                    Case{"07/23/2019 10:00:00", "2019-07-23T10:00:00.000Z"},
                    Case{"23/07/2019 10:00", "2019-07-23T10:00:00.000Z"},
                    Case{"23.07.2019 10:00", "2019-07-23T10:00:00.000Z"},
                    Case{"Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T12:19:53.000Z"}));

INSTANTIATE_TEST_SUITE_P(
    Languages, Dates,
    testing::Values(Case{"Mi, 05 Mär 2014 10:00:00 +0100", "2014-03-05T09:00:00.000Z"},
                    Case{"mar., 05 oct. 2010 10:00:00 GMT", "2010-10-05T10:00:00.000Z"},
                    Case{"Вт, 05 Окт 2010 10:00:00 +0400", "2010-10-05T06:00:00.000Z"},
                    Case{"Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-11T17:00:00.000Z"},
                    Case{"2004-július-13T9:15-05:00", "2004-07-13T14:15:00.000Z"},
                    Case{"sáb, 12 dic 2015 08:00:00 GMT", "2015-12-12T08:00:00.000Z"},
                    Case{"5 października 2019 07:30", "2019-10-05T07:30:00.000Z"},
                    Case{"2004년 05월 28일 오후 01:31:15", "2004-05-28T13:31:15.000Z"},
                    Case{"2011年3月11日 14時46分", "2011-03-11T14:46:00.000Z"},
                    Case{"5 mars\u00A02024 10:00", "2024-03-05T10:00:00.000Z"},
                    Case{"2024年3月5日\u3000午後3時", "2024-03-05T15:00:00.000Z"}));

INSTANTIATE_TEST_SUITE_P(Indonesian, Dates,
                         testing::Values(Case{"5 Januari 2024", "2024-01-05T00:00:00.000Z"},
                                         Case{"5 Februari 2024", "2024-02-05T00:00:00.000Z"},
                                         Case{"Selasa, 5 Maret 2024", "2024-03-05T00:00:00.000Z"},
                                         Case{"5 April 2024", "2024-04-05T00:00:00.000Z"},
                                         Case{"5 Mei 2024", "2024-05-05T00:00:00.000Z"},
                                         Case{"5 Juni 2024", "2024-06-05T00:00:00.000Z"},
                                         Case{"5 Juli 2024", "2024-07-05T00:00:00.000Z"},
                                         Case{"5 Agustus 2024", "2024-08-05T00:00:00.000Z"},
                                         Case{"5 Agu 2024", "2024-08-05T00:00:00.000Z"},
                                         Case{"Senin, 5 Agt 2024", "2024-08-05T00:00:00.000Z"},
                                         Case{"5 September 2024", "2024-09-05T00:00:00.000Z"},
                                         Case{"5 Oktober 2024", "2024-10-05T00:00:00.000Z"},
                                         Case{"5 Nopember 2024", "2024-11-05T00:00:00.000Z"},
                                         Case{"5 November 2024", "2024-11-05T00:00:00.000Z"},
                                         Case{"5 Desember 2024", "2024-12-05T00:00:00.000Z"}));

INSTANTIATE_TEST_SUITE_P(
    HalvesOfTheDay, Dates,
    testing::Values(Case{"5 de marzo de 2024 10:00 a. m.", "2024-03-05T10:00:00.000Z"},
                    Case{"5 de marzo de 2024 5:00 p. m.", "2024-03-05T17:00:00.000Z"},
                    Case{"5 de marzo de 2024, 5:00:00 p.\u00A0m.", "2024-03-05T17:00:00.000Z"},
                    Case{"5 de marzo de 2024, 5:00\u202Fp.\u202Fm. EST",
                         "2024-03-05T22:00:00.000Z"},
                    Case{"5 de marzo de 2024 5 p. m.", "2024-03-05T17:00:00.000Z"},
                    Case{"Mar 5, 2024 12:30\u202FAM", "2024-03-05T00:30:00.000Z"},
                    Case{"5 Mar 2024 10:00 A", "2024-03-05T11:00:00.000Z"},
                    Case{"5 Mar 2024 10:00 A. May", "2024-05-05T11:00:00.000Z"}));

INSTANTIATE_TEST_SUITE_P(ShortYears, Dates,
                         testing::Values(Case{"031231", "2003-12-31T00:00:00.000Z"},
                                         Case{"03-12-31", "2003-12-31T00:00:00.000Z"},
                                         Case{"03335", "2003-12-01T00:00:00.000Z"},
                                         Case{"03-335", "2003-12-01T00:00:00.000Z"},
                                         Case{"-0312", "2003-12-01T00:00:00.000Z"},
                                         Case{"-03-12", "2003-12-01T00:00:00.000Z"},
                                         Case{"200399", ""},
                                         Case{"2004W015", "2004-01-02T00:00:00.000Z"}));

INSTANTIATE_TEST_SUITE_P(
    OddClocks, Dates,
    testing::Values(Case{"Fri, 31 Dec 1999 23:59:60 GMT", "2000-01-01T00:00:00.000Z"},
                    Case{"2003-12-31T25:14:55Z", "2004-01-01T01:14:55.000Z"},
                    Case{"2003-12-31T10:61:55Z", "2003-12-31T11:01:55.000Z"},
                    Case{"Thu, 01 Jan 2004 19.48.21 GMT", "2004-01-01T19:48:21.000Z"},
                    Case{"Thu, 01 Jan 2004 7pm", "2004-01-01T19:00:00.000Z"},
                    Case{"Mon, 02 Jan 2006 3:04 p.m.", "2006-01-02T15:04:00.000Z"},
                    Case{"2004-01-01 19h48", "2004-01-01T19:48:00.000Z"}));

INSTANTIATE_TEST_SUITE_P(
    OddZones, Dates,
    testing::Values(Case{"Wed, 19 Aug 2009 18:28:00 Etc/GMT", "2009-08-19T18:28:00.000Z"},
                    Case{"Wed, 19 Feb 2012 22:40:00 GMT-01:01", "2012-02-19T23:41:00.000Z"},
                    Case{"2006-01-02 15:04:05 -0700 MST", "2006-01-02T22:04:05.000Z"},
                    Case{"2014-12-05 16:05 PST8PDT", "2014-12-06T00:05:00.000Z"},
                    Case{"Mon, 26 Jan 2004 16:31:00 M", "2004-01-27T04:31:00.000Z"},
                    Case{"Mon, 26 January 2004 16:31:00 ET", "2004-01-26T21:31:00.000Z"},
                    Case{"5 марта 2024 10:00 МСК", "2024-03-05T07:00:00.000Z"},
                    Case{"5 марта 2024 10:00 (мск)", "2024-03-05T07:00:00.000Z"},
                    Case{"5 марта 2024 10:00 МСК+2", "2024-03-05T05:00:00.000Z"},
                    Case{"5 Mar 2024 10:00 MSK-1", "2024-03-05T08:00:00.000Z"}));

INSTANTIATE_TEST_SUITE_P(
    ZonesInBrackets, Dates,
    testing::Values(Case{"Tue, 05 Mar 2024 10:00:00 (EST)", "2024-03-05T15:00:00.000Z"},
                    Case{"Tue, 05 Mar 2024 10:00:00 ( GMT+2 )", "2024-03-05T08:00:00.000Z"},
                    Case{"Tue, 05 Mar 2024 10:00:00 (-03:30)", "2024-03-05T13:30:00.000Z"},
                    Case{"Tue, 05 Mar 2024 10:00:00 +0100 (EST)", "2024-03-05T09:00:00.000Z"},
                    Case{"Tue, 05 Mar 2024 10:00:00 (EST) +0100", "2024-03-05T09:00:00.000Z"},
                    Case{"Tue, 05 Mar 2024 10:00:00 (a new day)", "2024-03-05T10:00:00.000Z"},
                    Case{"Tue, 05 Mar 2024 10:00:00 (EST", "2024-03-05T15:00:00.000Z"},
                    Case{"Tue, 05 Mar 2024 10:00:00 (", "2024-03-05T10:00:00.000Z"},
                    Case{"Tue Mar 05 2024 10:00:00 GMT+0100 (Central European Time)",
                         "2024-03-05T09:00:00.000Z"}));

INSTANTIATE_TEST_SUITE_P(
    FarOffsets, Dates,
    testing::Values(Case{"Tue, 05 Mar 2024 10:00:00 +1400", "2024-03-04T20:00:00.000Z"},
                    Case{"5 Mar 2024 10:00:00 -14", "2024-03-06T00:00:00.000Z"},
                    Case{"Tue, 05 Mar 2024 10:00:00 +1401", ""},
                    Case{"Tue, 05 Mar 2024 10:00:00 -2359", ""},
                    Case{"2024-03-05T10:00:00+99:99", ""}, Case{"2024-03-05T10:00:00-15:00", ""},
                    Case{"2024-03-05 10:00 GMT+15", ""}));

INSTANTIATE_TEST_SUITE_P(
    PartsThatAYearHasNot, Dates,
    testing::Values(Case{"2020-W53-1", "2020-12-28T00:00:00.000Z"},
                    Case{"2020-W53-7", "2021-01-03T00:00:00.000Z"},
                    Case{"2021-W52-7", "2022-01-02T00:00:00.000Z"}, Case{"2021-W53-1", ""},
                    Case{"2021W537", ""}, Case{"2020-W54-1", ""}, Case{"2020-W00-7", ""},
                    Case{"2020-W10-8", ""}, Case{"2024-366", "2024-12-31T00:00:00.000Z"},
                    Case{"2023-365", "2023-12-31T00:00:00.000Z"}, Case{"2023-366", ""},
                    Case{"23-366", ""}, Case{"2024-000", ""}, Case{"-0001-03-05", ""},
                    Case{"-2024-03-05T10:00:00Z", ""}));

INSTANTIATE_TEST_SUITE_P(UnixTime, Dates,
                         testing::Values(Case{"1072986501", "2004-01-01T19:48:21.000Z"},
                                         Case{"1072986501500", "2004-01-01T19:48:21.500Z"},
                                         Case{"1709632800.25", "2024-03-05T10:00:00.250Z"},
                                         Case{"1709632800.1239", "2024-03-05T10:00:00.123Z"},
                                         Case{"1709632800250.5", "2024-03-05T10:00:00.250Z"},
                                         Case{"-072986501", ""}));

INSTANTIATE_TEST_SUITE_P(NoDates, Dates,
                         testing::Values(Case{"", ""}, Case{"yesterday", ""},
                                         Case{"0000-00-00 00:00:00", ""},
                                         Case{"9999-12-31T23:59:59Z", ""}, Case{"2020-02-45", ""},
                                         Case{"Mon, 26 Jan", ""}, Case{"26 Jan 2004 99:00:00", ""},
                                         Case{"12", ""}));

TEST(DateLimits, ALongStringIsNoDate) {
  EXPECT_FALSE(parse_date(std::string(100'000, '1')).has_value());
}

}  // namespace
}  // namespace tocsin::feed
