// The shapes of what Python sends (geo/drawing/map_state.py, web/map/points.py) and of what the scripts make of it.
import type { LatLng } from "leaflet";

export type Theme = "light" | "dark";
export type Numbers = number[] | Float64Array;
/** Degrees: south, west, north, east. */
export type Corners = [number, number, number, number];
export type Lines = [string, string][];

/** One value of a row, coded; `codes` says what each number stands for. */
export type CodedName = "type" | "status" | "origin" | "county";
export type CodedColumns = Record<CodedName, number[]>;
export type Codes = Record<CodedName, string[]>;

/** Columns as the server sends them: steps from row to row in millionths of a degree. */
export interface PointColumns extends CodedColumns {
  rows: number;
  row: number[];
  lon: number[];
  lat: number[];
  codes: Partial<Codes>;
}

/** Points in degrees and in pixels of zoom 0. */
export interface Points extends CodedColumns {
  count: number;
  row: Float64Array;
  lon: Float64Array;
  lat: Float64Array;
  x: Float64Array;
  y: Float64Array;
  codes: Codes;
}

/** A column of texts that repeat: `at` is −1 where there is none. */
export interface TextColumn {
  texts: string[];
  at: number[];
}
export type DetailName =
  | "address"
  | "hours"
  | "services"
  | "services_text"
  | "place_precision"
  | "source"
  | "as_of";
export type Details = { name: string[] } & Record<DetailName, TextColumn>;
export interface ListDetails {
  name: string[];
  row: number[];
  told: string[];
}

export interface RegionColumns {
  adcode: string[];
  name: string[];
  name_en: (string | null)[];
  level: Level[];
  parent: (string | null)[];
  rings: number[][][];
}
export type Level = "county" | "prefecture" | "province";
export interface Ring {
  degrees: Float64Array;
  flat: Float64Array;
}
export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}
export interface Region {
  adcode: string;
  names: Record<string, string>;
  level: Level;
  parent: string | null;
  rings: Ring[];
  box: Box;
}
export interface Regions {
  all: Region[];
  byCode: Map<string | null, Region>;
}

export interface LegendType {
  label: string;
  symbol: string;
  colour: string;
  count: number;
  simulated: number;
}
export interface Shading {
  title: string;
  unit: string;
  decimals: number;
  breaks: number[];
  values: Record<string, number>;
  colours: Record<Theme, string[]>;
  no_data: string;
  no_data_colour: Record<Theme, string>;
  hatched?: string[];
}
export interface Basemap {
  id: string;
  label: string;
  datum: string;
  urls: string[];
  attribution: string;
  max_zoom: number;
  subdomains?: string;
}
export interface OwnList {
  id: string;
  points: PointColumns;
  details: ListDetails;
  bounds: Corners | null;
  placing: number | null;
  near: string | null;
  words: { row: string; told: string; move_row: string; place_row: string };
}

export interface Gap {
  rank: number;
  lon: number;
  lat: number;
  people: number;
  title: string;
  lines: Lines;
}
export interface LeftOutPicture extends Box {
  url: string;
  label: string;
  classes: { least: number; colour: string }[];
}
export interface Site {
  n: number;
  kind: string;
  marked: boolean;
  lon: number;
  lat: number;
  title: string;
  lines: Lines;
}
export type Spot = [lon: number, lat: number];
export interface Plan {
  area: string;
  bounds: [west: number, south: number, east: number, north: number];
  sites: Site[];
  won: Spot[];
  gone: Spot[];
  half: number;
  circle_m: number;
  no: { spots: Spot[]; sites: Spot[]; counties: string[]; within_m: number };
  pick: boolean;
  words: { site: string; won: string; gone: string; no: string };
}
export interface OverlayState {
  picture: LeftOutPicture | null;
  gaps: Gap[];
  circle_m: number | null;
  gap_label: string;
  circle_label: string;
  hatched_label: string;
  plan?: Plan | null;
}

export type WordTable = "statuses" | "origins" | "place_precisions" | "service_names";
export type Word =
  | "map_label"
  | "zoom_in"
  | "zoom_out"
  | "reset_view"
  | "full_screen"
  | "exit_full_screen"
  | "legend"
  | "basemap"
  | "close"
  | "county"
  | "address"
  | "hours"
  | "services"
  | "status"
  | "origin"
  | "place"
  | "source"
  | "as_of"
  | "simulated_warning"
  | "solid"
  | "hollow"
  | "edged"
  | "cluster"
  | "points_here"
  | "more"
  | "show_only"
  | "back"
  | "loading"
  | "load_failed";
export type Words = Record<Word, string> & Record<WordTable, Record<string, string>>;

/** What Python says of one view. */
export interface State {
  mask: string;
  urls: Record<"points" | "details" | "regions", string>;
  types: LegendType[];
  shading: Shading | null;
  focus: string | null;
  click_level: "county" | "prefecture";
  basemaps: Basemap[];
  basemap: string;
  theme: Theme | "auto";
  note: string;
  language: string;
  words: Words;
  overlays: OverlayState | null;
  own: { packed: string; version: string } | null;
  list?: OwnList;
  shown?: boolean;
}

/** Colours of one theme, from colours.css, for what is drawn with a pen. */
export interface Paint {
  dark: boolean;
  paper: string;
  ink: string;
  closed: string;
  plain: string;
  spider: string;
  land: string;
  hatch: string;
  circle: string;
  border: Record<Level | "focus", string>;
  plan: Record<"won" | "gone" | "forbidden" | "ring", string>;
}

/** A state with all that is drawn of it. */
export interface View {
  state: State;
  points: Points;
  regions: Regions;
  chosen: number[];
  theme: Theme;
  paint: Paint;
  details: Details | ListDetails | null;
}

export interface Look {
  shape: string;
  colour: string;
  hollow?: boolean;
  edged?: boolean;
  status?: string;
}
/** A share of a cluster's ring. */
export interface Part {
  colour: string;
  pale: boolean;
  count: number;
}
/** Points drawn as one: numbers of the points, and their middle in pixels of zoom 0. */
export interface Group {
  members: number[];
  x: number;
  y: number;
  parts: Part[] | null;
}

export type OpenCard = (card: HTMLElement, latlng: LatLng, byKeyboard?: boolean) => void;
