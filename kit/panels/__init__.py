"""The notebook's panels: ipywidgets views of the live session. They speak HTTP and import no server code."""
