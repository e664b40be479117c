import { type Showable, type Shown, padded, row, shown, widthOf } from "../../toolkit/shown";
import { RIGHTS } from "./expectation";
import { LETTERS, type Paint, paintAll, type Sign, signOf } from "./signs";
import type { Proof } from "./verdict";

/** Further exceptions would add nothing on screen; the result contains all of them. */
const MAX_EXCEPTIONS = 20;

/** What happened in some cells: the most frequent pattern, and the cells with another. */
interface Pattern {
    readonly signs: readonly Sign[];
    readonly count: number;
    readonly exceptions: readonly Cell[];
}

interface Cell {
    readonly login: string;
    readonly tenant: string;
    readonly signs: readonly Sign[];
}

/**
 * The proof by classes of logins that differ only in whose they are: what happened on their own data and on others',
 * and each login that differs from its class.
 */
export function classTable(proof: Proof, paint: Paint, nameOf: (name: string) => Shown): Shown[] {
    const ownOf = new Map(proof.tenants.map(({ login, name }) => [login, name]));
    const isOwn = ({ login, tenant }: Cell) => ownOf.get(login) === tenant;
    const classes = proof.classes.map((logins) => {
        const cells = logins.flatMap((login) => cellsOf(proof, login));
        const own = patternOf(cells.filter(isOwn));
        const others = patternOf(cells.filter((cell) => !isOwn(cell)));
        return { title: titleOf(logins, nameOf), own, others };
    });
    const exceptions = classes.flatMap(({ own, others }) => [...own.exceptions, ...others.exceptions]);
    const label = Math.max(...classes.map(({ title }) => widthOf(title)));
    const more = exceptions.length - MAX_EXCEPTIONS;
    return [
        paint(row([padded("", label), padded("own data", COLUMN), "others' data"]), "dim"),
        ...classes.map(({ title, own, others }) =>
            row([padded(title, label), shownPattern(own, paint), shownPattern(others, paint)]),
        ),
        ...exceptions
            .slice(0, MAX_EXCEPTIONS)
            .map(
                ({ login, tenant, signs }) => shown`  ${paintAll(signs, paint)}  ${nameOf(login)} on ${nameOf(tenant)}`,
            ),
        ...(more > 0 ? [shown`  and ${more} more that differ from their class`] : []),
    ];
}

const COLUMN = 16;

function titleOf(logins: readonly string[], nameOf: (name: string) => Shown): Showable {
    const [first = ""] = logins;
    return logins.length === 1 ? nameOf(first) : shown`${nameOf(first)} and ${logins.length - 1} like it`;
}

function shownPattern({ signs, count }: Pattern, paint: Paint): Shown {
    return count === 0
        ? padded("", COLUMN)
        : padded(shown`${paintAll(signs, paint)}  ${count.toLocaleString("en-US")}`, COLUMN);
}

/** The cells that a login tried, and its own whether tried or not. */
function cellsOf(proof: Proof, login: string): Cell[] {
    return proof.tenants.flatMap((tenant) => {
        const marks = proof.cell(login, tenant.name);
        return marks === undefined && tenant.login !== login
            ? []
            : [{ login, tenant: tenant.name, signs: RIGHTS.map((right) => signOf(LETTERS[right], marks?.get(right))) }];
    });
}

function patternOf(cells: readonly Cell[]): Pattern {
    const byText = new Map<string, Cell[]>();
    for (const cell of cells) {
        const text = cell.signs.map(({ text }) => String(text)).join("");
        const alike = byText.get(text) ?? [];
        alike.push(cell);
        byText.set(text, alike);
    }
    const [most = [], ...rest] = [...byText.values()].sort((one, other) => other.length - one.length);
    return { signs: most[0]?.signs ?? [], count: most.length, exceptions: rest.flat() };
}
