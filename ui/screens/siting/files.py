"""Hand a plan over as GeoJSON, Excel, CSV or a recipe, and take a recipe back."""

from collections.abc import Callable

import streamlit as st

from geo.errors import GeoDataError, RecipeError
from geo.export import files
from geo.planning.plan_files import TITLE, about_plan, found_in_words, plan_rows, problem_in_words
from geo.planning.scenario import MOST_BYTES, Scenario, recipe_text
from ui.screens.siting import cache as siting_answers
from ui.screens.siting import plan as siting_plan
from ui.screens.siting import saved, upload
from ui.screens.siting.plan import ShownPlan
from ui.screens.siting.question import problem_of
from ui.screens.siting.rows import explanation_of
from ui.shared import cache
from ui.shared.downloads import FORMATS
from ui.shared.errors import said
from ui.shared.language import plain, t

FORMS, RECIPE_KEY = ("geojson", "xlsx", "csv"), "siting_recipe"


def offer_files(plan: ShownPlan) -> None:
    """Offer the plan in every format; a file is made when it is asked for."""
    recipe = _recipe(plan)
    with st.container(horizontal=True):
        for form in FORMS:
            name, mime = FORMATS[form]
            st.download_button(
                "Excel" if form == "xlsx" else t(name),
                data=_maker(plan, form),
                file_name=f"{_stem(plan)}.{form}",
                mime=mime,
                key=f"siting_download_{form}",
                on_click="ignore",
                icon=":material/download:",
            )
        st.download_button(
            t("Recipe (JSON)"),
            data=recipe,
            disabled=not recipe,
            file_name=f"{_stem(plan)}.json",
            mime="application/json",
            key="siting_download_recipe",
            on_click="ignore",
            icon=":material/receipt_long:",
        )
    st.caption(
        t(
            "Each file says its aim, costs, sources and simulated share. The recipe gives the same "
            "figures to the last digit with python -m geo scenario run, or says which data changed."
        )
    )
    if upload.ask_file(t("Open a recipe"), kind="json", key=RECIPE_KEY) is not None:
        st.button(t("Open this recipe"), on_click=_open, key="siting_open_recipe")


def make_file(plan: ShownPlan, form: str) -> bytes:
    """Write a plan in a format.

    Parameters
    ----------
    plan, form
        The plan, and one of `FORMS`.
    """
    network, run = siting_answers.network(), plan.run
    rows = plan_rows(explanation_of(plan), plan.steps, table=run.table)
    asked = problem_in_words(problem_of(plan.asked, network), network, table=run.table)
    settings = asked | found_in_words(plan.found)
    about = about_plan(
        rows, network, run.baseline, run.figures, generated_on=cache.today(), settings=settings
    )
    writers = {"geojson": files.to_geojson, "xlsx": files.to_xlsx, "csv": files.to_csv}
    return writers[form](rows, about=about)


def _maker(plan: ShownPlan, form: str) -> Callable[[], bytes]:
    return lambda: make_file(plan, form)


def _recipe(plan: ShownPlan) -> bytes:
    """Write the recipe; nothing, and why, where the lists it would hold are too long."""
    try:
        return recipe_text(plan.run.scenario if plan.name else _named(plan)).encode()
    except RecipeError as fault:
        st.warning(plain(said(fault), limit=500))
        return b""


def _named(plan: ShownPlan) -> Scenario:
    return siting_answers.run(plan.asked, plan.actions, TITLE, plan.found).scenario


def _stem(plan: ShownPlan) -> str:
    safe = "".join(letter if letter.isalnum() else "-" for letter in plan.name)[:40].strip("-")
    return f"{TITLE}-{safe}" if safe else TITLE


def _open() -> None:
    """Open the recipe that the uploader holds at this moment."""
    given = st.session_state.get(RECIPE_KEY)
    if given is None:
        return
    content = given.getvalue()
    try:
        if len(content) > MOST_BYTES:
            raise RecipeError("recipe_over_bytes", most=MOST_BYTES)
        saved.open_recipe(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        st.session_state[siting_plan.FAULT_KEY] = t("The file is no text in UTF-8, so it is no recipe.")
    except GeoDataError as fault:
        st.session_state[siting_plan.FAULT_KEY] = said(fault)
