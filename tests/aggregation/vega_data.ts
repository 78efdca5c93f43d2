// The tables of npm:vega-datasets that the vega_*_test.ts ask about: films, flights, airports, stocks and weather.
//
// The package exports only a module that fetches by address; its files are read from where the module lies, so nothing is
// fetched. Rows become documents as an application would store them: dates are dates, absent values of the films are null as
// they came, each row has a number as its _id.

import "vega-datasets";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

export interface Film {
  readonly _id: number;
  readonly Title: string | number | null;
  readonly "US Gross": number | null;
  readonly "Worldwide Gross": number | null;
  readonly "US DVD Sales": number | null;
  readonly "Production Budget": number | null;
  readonly Release: Date;
  readonly "MPAA Rating": string | null;
  readonly "Running Time min": number | null;
  readonly Distributor: string | null;
  readonly Source: string | null;
  readonly "Major Genre": string | null;
  readonly "Creative Type": string | null;
  readonly Director: string | null;
  readonly "Rotten Tomatoes Rating": number | null;
  readonly "IMDB Rating": number | null;
  readonly "IMDB Votes": number | null;
}

export interface Flight {
  readonly _id: number;
  readonly date: Date;
  readonly delay: number;
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
}

export interface Airport {
  readonly _id: string;
  readonly name: string;
  readonly city: string;
  readonly state: string;
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
}

export interface Route {
  readonly _id: number;
  readonly origin: string;
  readonly destination: string;
  readonly count: number;
}

export interface Price {
  readonly _id: number;
  readonly symbol: string;
  readonly date: Date;
  readonly price: number;
}

export interface Day {
  readonly _id: number;
  readonly date: Date;
  readonly precipitation: number;
  readonly temp_max: number;
  readonly temp_min: number;
  readonly wind: number;
  readonly weather: string;
}

/** Where the package's module lies. Older versions of Deno resolve a package by name only through `require`. */
function packageModule(): string {
  const resolved = import.meta.resolve("vega-datasets");
  if (resolved.startsWith("file:")) return resolved;
  return pathToFileURL(createRequire(import.meta.url).resolve("vega-datasets")).href;
}

function readData(name: string): string {
  return Deno.readTextFileSync(new URL(`../data/${name}`, packageModule()));
}

/** Rows of a table whose cells hold no commas except in quotes. */
function readTable(name: string): string[][] {
  const [, ...lines] = readData(name).trim().split(/\r?\n/);
  return lines.map((line) =>
    [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain)
  );
}

/** "Jun 12 1998" and "Jan 1 2000", at midnight in UTC. */
function writtenDate(text: string): Date {
  return new Date(`${text} UTC`);
}

export function films(): Film[] {
  const rows: Record<string, unknown>[] = JSON.parse(readData("movies.json"));
  return rows.map(({ "Release Date": release, ...row }, _id) =>
    ({ _id, ...row, Release: writtenDate(release as string) }) as unknown as Film
  );
}

export function flights(size: "2k" | "10k"): Flight[] {
  const rows: Record<string, unknown>[] = JSON.parse(readData(`flights-${size}.json`));
  return rows.map(({ date, ...row }, _id) =>
    ({ _id, date: new Date(`${date} UTC`), ...row }) as unknown as Flight
  );
}

export function airports(): Airport[] {
  return readTable("airports.csv").map((
    [_id, name, city, state, country, latitude, longitude],
  ) => ({
    _id,
    name,
    city,
    state,
    country,
    latitude: Number(latitude),
    longitude: Number(longitude),
  }));
}

export function routes(): Route[] {
  return readTable("flights-airport.csv").map(([origin, destination, count], _id) => ({
    _id,
    origin,
    destination,
    count: Number(count),
  }));
}

export function prices(): Price[] {
  return readTable("stocks.csv").map(([symbol, date, price], _id) => ({
    _id,
    symbol,
    date: writtenDate(date),
    price: Number(price),
  }));
}

export function days(): Day[] {
  return readTable("seattle-weather.csv").map((
    [date, precipitation, warmest, coldest, wind, weather],
    _id,
  ) => ({
    _id,
    date: new Date(date),
    precipitation: Number(precipitation),
    temp_max: Number(warmest),
    temp_min: Number(coldest),
    wind: Number(wind),
    weather,
  }));
}
