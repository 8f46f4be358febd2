// What our scripts touch of Leaflet beyond its published types, and what streamlit-folium puts into the frame.
import type { NetworkView } from "./network_view.js";

declare module "leaflet" {
  interface Map {
    /** What this map shows; set by ours. */
    network: NetworkView;
    _animatingZoom: boolean;
  }
  interface MarkerOptions {
    /** The number of the point a marker stands for; set by ours. */
    point?: number;
  }
  interface Icon {
    _setIconStyles(element: HTMLElement, name: "icon" | "shadow"): void;
  }
  interface Renderer {
    _bounds: Bounds & { min: Point; max: Point };
    _zoom: number;
    _container: HTMLElement;
    getEvents(): Record<string, LeafletEventHandlerFn>;
    _update(): void;
    _onZoom(): void;
    _onAnimZoom(event: ZoomAnimEvent): void;
  }
  interface GridLayer {
    getEvents(): Record<string, LeafletEventHandlerFn>;
    _setZoomTransforms(center: LatLng, zoom: number): void;
    _setZoomTransform(level: object, center: LatLngExpression, zoom: number): void;
    _onMoveEnd(event: LeafletEvent): void;
    _getTiledPixelBounds(center: LatLngExpression): Bounds;
  }
  /** Registered by main.js, called by the one line streamlit-folium runs. */
  let networkMap: (id: string) => Map;
}

declare global {
  interface Window {
    Streamlit: { events: EventTarget; setComponentValue(value: unknown): void };
  }
}
