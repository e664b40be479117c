import { text } from "./fields";

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const dayMinutes = 24 * 60;
/** RDS rejects a shorter window. */
const leastMinutes = 30;

/** A daily window in RDS's notation. */
export const dailyWindow = text({
    allowed: "a time of day in UTC of at least half an hour, HH:MM-HH:MM",
    fix: "write one like 01:00-02:00",
    wrong: (given) => wrongWindow(given, /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.test(given), dayMinutes),
});

/** A weekly window in RDS's notation. */
export const weeklyWindow = text({
    allowed: "a time of the week in UTC of half an hour to a day, day:HH:MM-day:HH:MM",
    fix: "write one like sun:03:00-sun:04:00",
    wrong: (given) => wrongWindow(given, /^([a-z]{3}:\d\d:\d\d)-([a-z]{3}:\d\d:\d\d)$/.test(given), 7 * dayMinutes),
});

function wrongWindow(given: string, formed: boolean, period: number): string | undefined {
    const [from, to] = formed ? given.split("-").map(minuteOf) : [];
    if (from === undefined || to === undefined) {
        return "not a window in RDS's notation";
    }
    const length = (to - from + period) % period;
    return length < leastMinutes ? "shorter than half an hour" : length > dayMinutes ? "longer than a day" : undefined;
}

/** Minutes since midnight, or since Monday's if a day is named; undefined for an invalid time. */
function minuteOf(time: string): number | undefined {
    const [minutes = 0, hours = 0, day] = time.split(":").reverse();
    const weekday = day === undefined ? 0 : days.indexOf(day);
    return weekday >= 0 && Number(hours) < 24 && Number(minutes) < 60
        ? (weekday * 24 + Number(hours)) * 60 + Number(minutes)
        : undefined;
}

/** True if a daily and a weekly window never overlap, which RDS requires. Each is valid by itself. */
export function apart(daily: string, weekly: string): boolean {
    const [from = 0, to = 0] = daily.split("-").map((time) => minuteOf(time) ?? 0);
    const [start = 0, end = 0] = weekly.split("-").map((time) => minuteOf(time) ?? 0);
    const length = (to - from + dayMinutes) % dayMinutes;
    const stretch = (end - start + 7 * dayMinutes) % (7 * dayMinutes);
    // Seen from the daily window's start, where the weekly one begins within a day and how far it goes.
    const offset = (((start - from) % dayMinutes) + dayMinutes) % dayMinutes;
    return offset >= length && offset + stretch <= dayMinutes;
}
