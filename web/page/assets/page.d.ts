// What the page around every screen finds in its windows.
declare global {
  interface Window {
    /** Streamlit's: where its server is. */
    __streamlit?: { BACKEND_BASE_URL: string };
    /** Leaflet's, in the frame of a map. */
    L?: { networkMap?: unknown };
  }
}

export {};
