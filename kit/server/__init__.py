"""The room server: phones, walls and notebooks over HTTP, the store behind it. Imports no notebook code."""
